package store

// State is what stands where a database is looked for.
type State int

// The states of a place.
const (
	Missing State = iota // nothing at all
	Empty                // nothing of a town: no tables, or none with a row of the catalogue
	Foreign              // tables of another program
	Filled               // a town
)

// How a look into a database, which changes nothing, finds out: the tables that
// every version of this program has, and what a town can't be without.
const (
	LookTables = `documents`
	LookTown   = `select exists(select 1 from documents) or exists(select 1 from branches)`
)
