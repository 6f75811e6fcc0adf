package booking

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"

	"aufruf/internal/town"
)

// HolidaysOf returns the public holidays of a German state, by its ISO 3166-2
// code ("DE-SN" is Saxony); false for any other. Dates are computed by
// github.com/rickar/cal, with the changes of law that it lacks made here.
// Holidays of single municipalities are closures, not holidays.
func HolidaysOf(state string) (Holidays, bool) {
	days := holidaysOf(state)
	if days == nil {
		return nil, false
	}
	return &stateHolidays{days: days}, true
}

// States returns the codes of the states whose holidays are known, sorted.
func States() []string {
	return []string{
		"DE-BB", "DE-BE", "DE-BW", "DE-BY", "DE-HB", "DE-HE", "DE-HH", "DE-MV",
		"DE-NI", "DE-NW", "DE-RP", "DE-SH", "DE-SL", "DE-SN", "DE-ST", "DE-TH",
	}
}

// holidaysOf lists a state's holidays; nil for an unknown one.
func holidaysOf(state string) []*cal.Holiday {
	switch state {
	case "DE-BB":
		return de.HolidaysBB
	case "DE-BE":
		return de.HolidaysBE
	case "DE-BW":
		return de.HolidaysBW
	case "DE-BY":
		return de.HolidaysBY
	case "DE-HB":
		return de.HolidaysHB
	case "DE-HE":
		return de.HolidaysHE
	case "DE-HH":
		return de.HolidaysHH
	case "DE-MV":
		return withFrauentag(de.HolidaysMV)
	case "DE-NI":
		return de.HolidaysNI
	case "DE-NW":
		return de.HolidaysNW
	case "DE-RP":
		return de.HolidaysRP
	case "DE-SH":
		return de.HolidaysSH
	case "DE-SL":
		return de.HolidaysSL
	case "DE-SN":
		return de.HolidaysSN
	case "DE-ST":
		return de.HolidaysST
	case "DE-TH":
		return de.HolidaysTH
	}
	return nil
}

// withFrauentag adds 8 March, a holiday in Mecklenburg-Vorpommern since 2023
// (FTG M-V as of 24 June 2022).
func withFrauentag(days []*cal.Holiday) []*cal.Holiday {
	since2023 := de.Frauentag.Clone(&cal.Holiday{StartYear: 2023})
	return append([]*cal.Holiday{since2023}, days...)
}

// names gives the holidays the words of German statutes, and English ones.
var names = [...]struct{ library, german, english string }{
	{de.Neujahr.Name, "Neujahr", "New Year's Day"},
	{de.HeiligeDreiKoenige.Name, "Heilige Drei Könige", "Epiphany"},
	{de.Frauentag.Name, "Internationaler Frauentag", "International Women's Day"},
	{de.Karfreitag.Name, "Karfreitag", "Good Friday"},
	{de.Ostermontag.Name, "Ostermontag", "Easter Monday"},
	{de.TagderArbeit.Name, "Tag der Arbeit", "Labour Day"},
	{de.ChristiHimmelfahrt.Name, "Christi Himmelfahrt", "Ascension Day"},
	{de.Pfingstmontag.Name, "Pfingstmontag", "Whit Monday"},
	{de.Fronleichnam.Name, "Fronleichnam", "Corpus Christi"},
	{de.MariaHimmelfahrt.Name, "Mariä Himmelfahrt", "Assumption Day"},
	{de.Weltkindertag.Name, "Weltkindertag", "World Children's Day"},
	{de.DeutschenEinheit.Name, "Tag der Deutschen Einheit", "Day of German Unity"},
	{de.Reformationstag.Name, "Reformationstag", "Reformation Day"},
	{de.Allerheiligen.Name, "Allerheiligen", "All Saints' Day"},
	{de.BussUndBettag.Name, "Buß- und Bettag", "Day of Repentance and Prayer"},
	{de.Weihnachtstag.Name, "1. Weihnachtstag", "Christmas Day"},
	{de.ZweiterWeihnachtsfeiertag.Name, "2. Weihnachtstag", "Second Day of Christmas"},
}

func nameOf(library string) town.Text {
	for _, n := range names {
		if n.library == library {
			return town.Text{town.German: n.german, town.English: n.english}
		}
	}
	return town.Plain(library)
}

// stateHolidays computes each year once, when it is first asked for. It is
// safe for concurrent use: two that compute a year at once get the same.
type stateHolidays struct {
	days  []*cal.Holiday
	years sync.Map // int -> map[town.Date]town.Text, not changed once stored
}

// Holiday implements Holidays.
func (h *stateHolidays) Holiday(date town.Date) (town.Text, bool) {
	year := date.UTC().Year()
	known, ok := h.years.Load(year)
	if !ok {
		known, _ = h.years.LoadOrStore(year, h.compute(year))
	}
	byDate, _ := known.(map[town.Date]town.Text)
	name, ok := byDate[date]
	return name, ok
}

func (h *stateHolidays) compute(year int) map[town.Date]town.Text {
	byDate := make(map[town.Date]town.Text, len(h.days))
	for _, holiday := range h.days {
		actual, _ := holiday.Calc(year)
		if actual.IsZero() {
			continue
		}
		// The library means midnight of the system's zone, which a few zones
		// skip on the day their clocks change and Go then moves an hour back.
		byDate[town.NewDate(actual.Add(2*time.Hour).Date())] = nameOf(holiday.Name)
	}
	return byDate
}
