// Package attack does to the built server what strangers and curious
// colleagues would: it starts the program as a town has it, with the settings
// that it ships with, on each kind of database, and asks it over the network
// for what nobody should get. Each fault that an attack has found is a test
// here, named by the fault; so is each attack that the program withstood.
//
// An attack is bounded, in time by the town hall's context and in number by its
// own loops, and knows the program only from outside. All of them together take
// about two minutes of `make test`; `make audit` makes up a million requests more.
package attack
