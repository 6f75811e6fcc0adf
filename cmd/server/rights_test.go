package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/town"
)

// rights is what becomes of each asker at each door: the status of the answer,
// or "signin" and "pair" where a page leads to a sign-in. Two, as in 200/403,
// are those of the own branch and of the foreign one.
const rights = `
route:                                                    nobody      clerk       reception   manager     admin       everywhere  display     kiosk       citizen
GET /:                                                    200         200         200         200         200         200         200         200         200
GET /.well-known/security.txt:                            200         200         200         200         200         200         200         200         200
POST /api/v1/afterwards:                                  401         200/403     200/403     200/403     200/403     200         403         403         401
PATCH /api/v1/appointments/:token (from own):             200         200/403     200/403     200/403     200/403     200         200         200         401
DELETE /api/v1/appointments/:token (ticket):              404         204/403     204/403     204/403     204/403     204         404         404         401
GET /api/v1/appointments/:token (ticket):                 404         404         404         404         404         404         404         404         401
PATCH /api/v1/appointments/:token (ticket):               404         200/403     200/403     200/403     200/403     200         404         404         401
PATCH /api/v1/appointments/:token (ticket, from own):     404         200/403     200/403     200/403     200/403     200         404         404         401
PATCH /api/v1/appointments/:token (ticket, to own):       404         200/403     200/403     200/403     200/403     200         404         404         401
PATCH /api/v1/appointments/:token (to own):               200         200/403     200/403     200/403     200/403     200         200         200         401
DELETE /api/v1/appointments/:token (walk-in):             404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token (walk-in):                404         404         404         404         404         404         404         404         401
PATCH /api/v1/appointments/:token (walk-in):              404         404         404         404         404         404         404         404         401
DELETE /api/v1/appointments/:token (weak):                404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token (weak):                   404         404         404         404         404         404         404         404         401
PATCH /api/v1/appointments/:token (weak):                 404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token/ics (ticket):             404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token/ics (walk-in):            404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token/ics (weak):               404         404         404         404         404         404         404         404         401
GET /api/v1/appointments/:token/ics:                      200         200         200         200         200         200         200         200         401
DELETE /api/v1/appointments/:token:                       204         204/403     204/403     204/403     204/403     204         204         204         401
GET /api/v1/appointments/:token:                          200         200         200         200         200         200         200         200         401
PATCH /api/v1/appointments/:token:                        200         200/403     200/403     200/403     200/403     200         200         200         401
POST /api/v1/appointments:                                201         201/403     201/403     201/403     201/403     201         201         201         401
GET /api/v1/branches:                                     200         200         200         200         200         200         200         200         401
POST /api/v1/check-ins (ticket):                          404         404         404         404         404         404         404         404         401
POST /api/v1/check-ins (token):                           200/403     200/403     200/403     200/403     200/403     200         403         200/403     401
POST /api/v1/check-ins (weak):                            409/403     409/403     409/403     409/403     409/403     409         403         409/403     401
POST /api/v1/check-ins:                                   401         200/403     200/403     200/403     200/403     200         403         200/403     401
GET /api/v1/challenge:                                    204         204         204         204         204         204         204         204         401
GET /api/v1/concerned:                                    401         403         200/403     200/403     200/403     200         403         403         401
GET /api/v1/days:                                         200         200         200         200         200         200         200         200         401
GET /api/v1/figures:                                      401         403         403         200/403     200/403     200         403         403         401
POST /api/v1/holds/:hold/extend:                          200         200         200         200         200         200         200         200         401
DELETE /api/v1/holds/:hold:                               204         204         204         204         204         204         204         204         401
POST /api/v1/holds:                                       201         201/403     201/403     201/403     201/403     201         201         201         401
GET /api/v1/openapi.yaml:                                 200         200         200         200         200         200         200         200         401
POST /api/v1/pairings/poll:                               404         404         404         404         404         404         404         404         404
POST /api/v1/pairings:                                    201         201         201         201         201         201         201         201         201
GET /api/v1/queue:                                        401         200/403     200/403     200/403     200/403     200         403         403         401
GET /api/v1/services:                                     200         200         200         200         200         200         200         200         401
DELETE /api/v1/session:                                   401         204         204         204         204         204         401         401         401
POST /api/v1/session:                                     422         422         422         422         422         422         422         422         422
GET /api/v1/slots:                                        200         200         200         200         200         200         200         200         401
GET /api/v1/tickets/:token (ticket):                      404         404         404         404         404         404         404         404         401
GET /api/v1/tickets/:token (walk-in):                     200         200         200         200         200         200         200         200         401
GET /api/v1/tickets/:token (weak):                        200         200         200         200         200         200         200         200         401
GET /api/v1/tickets/:token:                               200         200         200         200         200         200         200         200         401
POST /api/v1/tickets:                                     401         201/403     201/403     201/403     201/403     201         403         201/403     401
DELETE /api/v1/unreached/:mail:                           401         403         204/403     204/403     204/403     204         403         403         401
GET /api/v1/unreached:                                    401         200/403     200/403     200/403     200/403     200         403         403         401
GET /api/v1/wishes/:token (weak):                         404         404         404         404         404         404         404         404         401
POST /api/v1/wishes/:token/accept:                        404         404         404         404         404         404         404         404         401
POST /api/v1/wishes/:token/decline:                       404         404         404         404         404         404         404         404         401
DELETE /api/v1/wishes/:token:                             404         404         404         404         404         404         404         404         401
GET /api/v1/wishes/:token:                                404         404         404         404         404         404         404         404         401
POST /api/v1/wishes:                                      202         202         202         202         202         202         202         202         401
GET /api/v1/ws/caller:                                    401         400/403     400/403     400/403     400/403     400         403         403         401
GET /api/v1/ws/display:                                   401         403         403         403         403         403         400/403     403         401
GET /barrierefreiheit:                                    200         200         200         200         200         200         200         200         200
GET /datenschutz:                                         200         200         200         200         200         200         200         200         200
GET /da/:branch:                                          200/404     200/404     200/404     200/404     200/404     200/404     200/404     200/404     200/404
POST /da/:branch:                                         303/404     303/404     303/404     303/404     303/404     303/404     303/404     303/404     303/404
GET /display/:file:                                       200         200         200         200         200         200         200         200         200
POST /display/geraet:                                     422         422         422         422         422         422         422         422         422
POST /display/kopplung:                                   pair        pair        pair        pair        pair        pair        pair        pair        pair
GET /display/bild/:branch/:name:                          404         404         404         404         404         404         404         404         404
GET /display/ton/*clip:                                   200         200         200         200         200         200         200         200         200
GET /display:                                             pair        pair        pair        pair        pair        pair        200         pair        pair
POST /bestaetigen/:token (weak):                          404        404         404         404         404         404         404         404         404
POST /bestaetigen/:token:                                303         303         303         303         303         303         303         303         303
GET /bestaetigen/:token (weak):                           404        404         404         404         404         404         404         404         404
GET /bestaetigen/:token:                                 303         303         303         303         303         303         303         303         303
GET /farbe.css:                                           200         200         200         200         200         200         200         200         200
GET /fonts/:file:                                         200         200         200         200         200         200         200         200         200
GET /healthz:                                             200         200         200         200         200         200         200         200         200
GET /impressum:                                           200         200         200         200         200         200         200         200         200
GET /kiosk/anliegen:                                      pair        pair        pair        pair        pair        pair        pair        200         pair
GET /kiosk/anmelden:                                      pair        pair        pair        pair        pair        pair        pair        200         pair
GET /kiosk/suchen:                                        pair        pair        pair        pair        pair        pair        pair        200         pair
POST /kiosk/anmelden:                                     pair        pair        pair        pair        pair        pair        pair        303/404     pair
POST /kiosk/geraet:                                       422         422         422         422         422         422         422         422         422
POST /kiosk/kopplung:                                     pair        pair        pair        pair        pair        pair        pair        pair        pair
GET /kiosk/ticket/:token (weak):                          pair        pair        pair        pair        pair        pair        pair        404         pair
POST /kiosk/ticket/:token/drucken:                        pair        pair        pair        pair        pair        pair        pair        303/404     pair
GET /kiosk/ticket/:token:                                 pair        pair        pair        pair        pair        pair        pair        200/404     pair
POST /kiosk/ticket:                                       pair        pair        pair        pair        pair        pair        pair        303         pair
GET /kiosk:                                               pair        pair        pair        pair        pair        pair        pair        200         pair
GET /readyz:                                              200         200         200         200         200         200         200         200         200
POST /staff/:branch/:room/befehl:                         signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/hilfe:                                signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/:room/ton:                            signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /robots.txt:                                          200         200         200         200         200         200         200         200         200
GET /staff/:branch/:room:                                 signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
GET /staff/:branch/:room/offen:                           signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/passt-nicht/vorschau:                 signin      403         403         200/403     200/403     200         signin      signin      signin
POST /staff/:branch/passt-nicht/lauf:                     signin      403         403         422/403     422/403     422         signin      signin      signin
GET /staff/:branch/passt-nicht/lauf/:run:                 signin      403         404/403     404/403     404/403     404         signin      signin      signin
POST /staff/:branch/passt-nicht/lauf/:run/anhalten:       signin      404/403     404/403     404/403     404/403     404         signin      signin      signin
POST /staff/:branch/passt-nicht/lauf/:run/zurueck:        signin      404/403     404/403     404/403     404/403     404         signin      signin      signin
POST /staff/:branch/anrufen/antwort:                      signin      403         303/403     303/403     303/403     303         signin      signin      signin
GET /t/:token/neue-zeit:                                  303         303         303         303         303         303         303         303         303
POST /t/:token/neue-zeit:                                 303         303         303         303         303         303         303         303         303
POST /staff/:branch/passt-nicht/absagen:                  signin      403         403         303/403     303/403     303         signin      signin      signin
POST /staff/:branch/passt-nicht/behalten:                 signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/:branch/passt-nicht:                           signin      403         200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/anrufen/nochmal:                      signin      403         303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/anrufen (by the own desk):            signin      403         303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/anrufen:                               signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/anrufen:                              signin      403         303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/empfang/absagen (by the own desk):    signin      303/404     303/404     303/404     303/404     303/404     signin      signin      signin
POST /staff/:branch/empfang/absagen:                      signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/empfang/anmelden:                     signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/empfang/aushang:                       signin      200/403     200/403     200/403     200/403     200/404     signin      signin      signin
GET /staff/:branch/empfang/nummer:                        signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/bestaetigung:                 signin      403         303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/empfang/termin/tag:                   signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/suche:                        signin      403         200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/person (by the own desk):     signin      403         200/404     200/404     200/404     200/404     signin      signin      signin
POST /staff/:branch/empfang/person:                       signin      403         200/403     200/403     200/403     200         signin      signin      signin
GET /staff/:branch/empfang/termin:                        signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/termin:                       signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/empfang/ticket/:token (by the own desk):  signin      200/404     200/404     200/404     200/404     200/404     signin      signin      signin
GET /staff/:branch/empfang/ticket/:token (weak):          signin      404         404         404         404         404         signin      signin      signin
POST /staff/:branch/empfang/ticket/:token/drucken:        signin      404/403     404/403     404/403     404/403     404         signin      signin      signin
GET /staff/:branch/empfang/ticket/:token:                 signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/ticket:                       signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/empfang/verschieben (from own):       signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/empfang/verschieben (to own):         signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/empfang/verschieben (to):              signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
GET /staff/:branch/empfang/verschieben:                   signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/verschieben:                  signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/empfang:                               signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/empfang/zurueck:                      signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
POST /staff/:branch/liste/nachtrag/zurueck:               signin      303/403     303/403     303/403     303/403     303         signin      signin      signin
GET /staff/:branch/liste/nachtrag:                        signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
POST /staff/:branch/liste/nachtrag:                       signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
GET /staff/:branch/liste:                                 signin      200/403     200/403     200/403     200/403     200         signin      signin      signin
GET /staff/:branch:                                       signin      303         303         303         303         303         signin      signin      signin
POST /staff/abmelden:                                     303         303         303         303         303         303         303         303         303
POST /staff/anmelden/dienst:                              503         503         503         503         503         503         503         503         503
GET /staff/anmelden/zurueck:                              400         400         400         400         400         400         400         400         400
GET /staff/anmelden:                                      200         200         200         200         200         200         200         200         200
POST /staff/anmelden:                                     401         401         401         401         401         401         401         401         401
POST /staff/konto/abmelden:                               signin      303         303         303         303         303         signin      signin      signin
POST /staff/konto/kennwort:                               signin      422         422         422         422         422         signin      signin      signin
GET /staff/konto:                                         signin      200         200         200         200         200         signin      signin      signin
GET /staff/offline.js:                                    200         200         200         200         200         200         200         200         200
GET /staff/sperre:                                        signin      200         200         200         200         200         signin      signin      signin
POST /staff/sperre:                                       signin      200         200         200         200         200         signin      signin      signin
GET /staff/platz:                                         signin      200         200         200         200         200         signin      signin      signin
GET /staff/verwaltung (branch):                           signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/auffaelliges:                       signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/geraete (branch):                   signin      403         403         200/403     200/403     200         signin      signin      signin
POST /staff/verwaltung/geraete/sperren:                   signin      403         403         303/403     303/403     303         signin      signin      signin
POST /staff/verwaltung/geraete/ton (by the own branch):   signin      403         403         303/404     303/404     303/404     signin      signin      signin
GET /staff/verwaltung/entwuerfe (branch):                 signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/entwuerfe:                          signin      403         403         200         200         200         signin      signin      signin
GET /staff/verwaltung/entwurf/neu:                        signin      403         403         200         200         200         signin      signin      signin
POST /staff/verwaltung/entwurf/neu:                       signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/verwaltung/entwurf:                            signin      403         403         200/404     200/404     200         signin      signin      signin
POST /staff/verwaltung/entwurf:                           signin      403         403         303/404     303/404     303         signin      signin      signin
POST /staff/verwaltung/geraete/ton:                       signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/verwaltung/geraete:                            signin      403         403         200         200         200         signin      signin      signin
POST /staff/verwaltung/geraete:                           signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/verwaltung/kalender:                           signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/kalender/tag:                       signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/kalender/woche:                     signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/katalog (branch):                   signin      403         403         403         200/403     403         signin      signin      signin
POST /staff/verwaltung/katalog/loeschen:                  signin      403         403         403         404         403         signin      signin      signin
GET /staff/verwaltung/katalog:                            signin      403         403         403         200         403         signin      signin      signin
POST /staff/verwaltung/konten (all branches):             signin      403         403         403         303         303         signin      signin      signin
POST /staff/verwaltung/konten (both branches):            signin      403         403         303/403     303         303         signin      signin      signin
GET /staff/verwaltung/konten (branch):                    signin      403         403         200/403     200/403     200         signin      signin      signin
POST /staff/verwaltung/konten (manager):                  signin      403         403         403         303         403         signin      signin      signin
POST /staff/verwaltung/konten/aendern (to manager):       signin      403         403         403         303         403         signin      signin      signin
GET /staff/verwaltung/konten/aendern:                     signin      403         403         200/404     200         200         signin      signin      signin
POST /staff/verwaltung/konten/aendern:                    signin      403         403         303/403     303         303         signin      signin      signin
POST /staff/verwaltung/konten/kennwort:                   signin      403         403         303/403     303         303         signin      signin      signin
POST /staff/verwaltung/konten/sperren:                    signin      403         403         303/403     303         303         signin      signin      signin
POST /staff/verwaltung/konten/zulassen:                   signin      403         403         303/403     303         303         signin      signin      signin
GET /staff/verwaltung/konten:                             signin      403         403         200         200         200         signin      signin      signin
POST /staff/verwaltung/konten:                            signin      403         403         303/403     303         303         signin      signin      signin
GET /staff/verwaltung/oeffnungszeiten:                    signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/protokoll:                          signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/protokoll/nummer:                   signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/besetzung (branch):                 signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/schliessen (branch):                signin      403         403         200/403     200/403     200         signin      signin      signin
POST /staff/verwaltung/besetzung/zuruecknehmen:           signin      403         403         303/403     303/403     303         signin      signin      signin
POST /staff/verwaltung/schliessen/oeffnen:                signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/verwaltung/besetzung:                          signin      403         403         200         200         200         signin      signin      signin
GET /staff/verwaltung/schliessen:                         signin      403         403         200         200         200         signin      signin      signin
POST /staff/verwaltung/besetzung:                         signin      403         403         303/403     303/403     303         signin      signin      signin
POST /staff/verwaltung/schliessen:                        signin      403         403         303/403     303/403     303         signin      signin      signin
POST /staff/verwaltung/uhr:                               signin      403         403         403         303         403         signin      signin      signin
GET /staff/verwaltung/sicherheit:                         signin      403         403         403         200         403         signin      signin      signin
GET /staff/verwaltung/verlauf (branch):                   signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung/verlauf/zurueck:                    signin      403         403         200/403     200/403     200         signin      signin      signin
POST /staff/verwaltung/verlauf/zurueck:                   signin      403         403         303/403     303/403     303         signin      signin      signin
GET /staff/verwaltung/verlauf:                            signin      403         403         200         200         200         signin      signin      signin
GET /staff/verwaltung/zahlen:                             signin      403         403         200/403     200/403     200         signin      signin      signin
GET /staff/verwaltung:                                    signin      403         403         200         200         200         signin      signin      signin
GET /staff:                                               signin      303         303         303         303         303         signin      signin      signin
GET /static/:version/*name:                               200         200         200         200         200         200         200         200         200
GET /t/:token (ticket):                                   404         404         404         404         404         404         404         404         404
GET /t/:token (walk-in):                                  200         200         200         200         200         200         200         200         200
GET /t/:token (weak):                                     200         200         200         200         200         200         200         200         200
GET /t/:token/absagen (walk-in):                          200         200         200         200         200         200         200         200         200
POST /t/:token/absagen (walk-in):                         303         303         303         303         303         303         303         303         303
GET /t/:token/absagen (weak):                             404         404         404         404         404         404         404         404         404
POST /t/:token/absagen (weak):                            404         404         404         404         404         404         404         404         404
GET /t/:token/absagen:                                    200         200         200         200         200         200         200         200         200
POST /t/:token/absagen:                                   303         303         303         303         303         303         303         303         303
POST /t/:token/da (ticket):                               404         404         404         404         404         404         404         404         404
POST /t/:token/da (walk-in):                              303/403     303/403     303/403     303/403     303/403     303/403     303/403     303/403     303/403
POST /t/:token/da (weak):                                 409/403     409/403     409/403     409/403     409/403     409/403     409/403     409/403     409/403
POST /t/:token/da:                                        409/403     409/403     409/403     409/403     409/403     409/403     409/403     409/403     409/403
GET /t/:token/verschieben (walk-in):                      404         404         404         404         404         404         404         404         404
GET /t/:token/verschieben (weak):                         404         404         404         404         404         404         404         404         404
POST /t/:token/verschieben (weak):                        404         404         404         404         404         404         404         404         404
GET /t/:token/verschieben/zeit (weak):                    404         404         404         404         404         404         404         404         404
GET /t/:token/verschieben/zeit:                           200         200         200         200         200         200         200         200         200
GET /t/:token/verschieben:                                200         200         200         200         200         200         200         200         200
POST /t/:token/verschieben:                               303         303         303         303         303         303         303         303         303
GET /t/:token:                                            200         200         200         200         200         200         200         200         200
POST /termin/buchen:                                      303         303         303         303         303         303         303         303         303
GET /termin/daten/:hold:                                  200         200         200         200         200         200         200         200         200
GET /termin/daten:                                        200         200         200         200         200         200         200         200         200
POST /termin/daten:                                       200         200         200         200         200         200         200         200         200
GET /termin/tag:                                          200         200         200         200         200         200         200         200         200
POST /termin/verlaengern:                                 200         200         200         200         200         200         200         200         200
POST /termin/vormerken:                                   303         303         303         303         303         303         303         303         303
GET /termin/wunsch/notiert:                               200         200         200         200         200         200         200         200         200
GET /termin/wunsch:                                       200         200         200         200         200         200         200         200         200
POST /termin/wunsch:                                      303         303         303         303         303         303         303         303         303
GET /termin/zeit:                                         200         200         200         200         200         200         200         200         200
GET /termin:                                              200         200         200         200         200         200         200         200         200
GET /warteraum/:branch/qr.svg:                            200         200         200         200         200         200         200         200         200
GET /warteraum/:branch:                                   200         200         200         200         200         200         200         200         200
GET /wunsch/:token (weak):                                404         404         404         404         404         404         404         404         404
POST /wunsch/:token/ablehnen:                             404         404         404         404         404         404         404         404         404
POST /wunsch/:token/annehmen:                             404         404         404         404         404         404         404         404         404
POST /wunsch/:token/zurueckziehen:                        404         404         404         404         404         404         404         404         404
GET /wunsch/:token:                                       404         404         404         404         404         404         404         404         404
`

type right struct{ own, foreign string }

// readRights reads the table by route, in the order of askers.
func readRights(t *testing.T) map[string][]right {
	t.Helper()
	table := map[string][]right{}
	for line := range strings.Lines(rights) {
		route, cells, _ := strings.Cut(line, ":  ")
		fields := strings.Fields(cells)
		if strings.TrimSpace(line) == "" || len(fields) == len(askers) && route == "route" {
			continue
		}
		if len(fields) != len(askers) {
			t.Fatalf("%q: got %d columns, want %d", line, len(fields), len(askers))
		}
		if _, twice := table[route]; twice {
			t.Fatalf("%s stands there twice", route)
		}
		for _, cell := range fields {
			own, foreign, two := strings.Cut(cell, "/")
			if !two {
				foreign = own
			}
			table[route] = append(table[route], right{own, foreign})
		}
	}
	return table
}

// asked lists the routes that the program answers, and what else is asked of
// them, in order.
func (d *doors) asked() []string {
	var all []string
	for _, r := range d.engine.Routes() {
		all = append(all, r.Method+" "+r.Path)
	}
	for route := range about {
		if !slices.Contains(all, routeOf(route)) {
			d.t.Errorf("%s: there is no such route", route)
		}
		if route != routeOf(route) {
			all = append(all, route)
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		_, x, _ := strings.Cut(a, " ")
		_, y, _ := strings.Cut(b, " ")
		return strings.Compare(x+a, y+b)
	})
	return all
}

// Whoever adds a route says here what it means for everybody.
func TestEveryDoorOpensToWhomItShould(t *testing.T) {
	d := openDoors(t)
	table := readRights(t)
	for _, route := range d.asked() {
		want, known := table[route]
		delete(table, route)
		got := d.rightsAt(route)
		if !known || !slices.Equal(got, want) {
			t.Errorf("got  %s\nwant %s", line(route, got), line(route, want))
		}
	}
	for route := range table {
		t.Errorf("%s: there is no such door", route)
	}
}

func (d *doors) rightsAt(route string) []right {
	d.t.Helper()
	var row []right
	for _, asker := range askers {
		at := func(branch town.BranchID) string {
			return outcome(d.ask(route, asker, d.request(route, asker, branch)))
		}
		row = append(row, right{at(ownBranch), at(foreignBranch)})
	}
	return row
}

// line writes a row as the table has it.
func line(route string, row []right) string {
	text := fmt.Sprintf("%-56s", route+":")
	for _, r := range row {
		if r.own != r.foreign {
			r.own += "/" + r.foreign
		}
		text += fmt.Sprintf("  %-10s", r.own)
	}
	return strings.TrimRight(text, " ")
}
