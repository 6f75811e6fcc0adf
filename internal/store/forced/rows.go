package forced

import "aufruf/internal/ledger"

// Catalogue implements ledger.Tx.
func (tx forcedTx) Catalogue() ledger.Catalogue { return catalogueRows{tx.Tx.Catalogue(), tx.watch} }

// Tickets implements ledger.Tx.
func (tx forcedTx) Tickets() ledger.Tickets { return ticketRows{tx.Tx.Tickets(), tx.watch} }

// Numbers implements ledger.Tx.
func (tx forcedTx) Numbers() ledger.Numbers { return numberRows{tx.Tx.Numbers(), tx.watch} }

// Holds implements ledger.Tx.
func (tx forcedTx) Holds() ledger.Holds { return holdRows{tx.Tx.Holds(), tx.watch} }

// Demand implements ledger.Tx.
func (tx forcedTx) Demand() ledger.Demand { return demandRows{tx.Tx.Demand(), tx.watch} }

// Figures implements ledger.Tx.
func (tx forcedTx) Figures() ledger.Figures { return figureRows{tx.Tx.Figures(), tx.watch} }

// Takings implements ledger.Tx.
func (tx forcedTx) Takings() ledger.Takings { return takingRows{tx.Tx.Takings(), tx.watch} }

// Personal implements ledger.Tx.
func (tx forcedTx) Personal() ledger.Personal { return personalRows{tx.Tx.Personal(), tx.watch} }

// Events implements ledger.Tx.
func (tx forcedTx) Events() ledger.Events { return eventRows{tx.Tx.Events(), tx.watch} }

// Deliveries implements ledger.Tx.
func (tx forcedTx) Deliveries() ledger.Deliveries { return deliveryRows{tx.Tx.Deliveries(), tx.watch} }

// Nodes implements ledger.Tx.
func (tx forcedTx) Nodes() ledger.Nodes { return nodeRows{tx.Tx.Nodes(), tx.watch} }

// People implements ledger.Tx.
func (tx forcedTx) People() ledger.People { return peopleRows{tx.Tx.People(), tx.watch} }

// Devices implements ledger.Tx.
func (tx forcedTx) Devices() ledger.Devices { return deviceRows{tx.Tx.Devices(), tx.watch} }

// Requests implements ledger.Tx.
func (tx forcedTx) Requests() ledger.Requests { return requestRows{tx.Tx.Requests(), tx.watch} }

// Attempts implements ledger.Tx.
func (tx forcedTx) Attempts() ledger.Attempts { return attemptRows{tx.Tx.Attempts(), tx.watch} }

// Mails implements ledger.Tx.
func (tx forcedTx) Mails() ledger.Mails { return mailRows{tx.Tx.Mails(), tx.watch} }

// Audit implements ledger.Tx.
func (tx forcedTx) Audit() ledger.Audit { return auditRows{tx.Tx.Audit(), tx.watch} }

// Security implements ledger.Tx.
func (tx forcedTx) Security() ledger.Security { return securityRows{tx.Tx.Security(), tx.watch} }

// Rooms implements ledger.Tx.
func (tx forcedTx) Rooms() ledger.Rooms { return roomRows{tx.Tx.Rooms(), tx.watch} }

// Wishes implements ledger.Tx.
func (tx forcedTx) Wishes() ledger.Wishes { return wishRows{tx.Tx.Wishes(), tx.watch} }

// Confirmations implements ledger.Tx.
func (tx forcedTx) Confirmations() ledger.Confirmations {
	return confirmationRows{tx.Tx.Confirmations(), tx.watch}
}

// Counts implements ledger.Tx.
func (tx forcedTx) Counts() ledger.Counts { return countRows{tx.Tx.Counts(), tx.watch} }

// Meta implements ledger.Tx.
func (tx forcedTx) Meta() ledger.Meta { return metaRows{tx.Tx.Meta(), tx.watch} }

// Drafts implements ledger.Tx.
func (tx forcedTx) Drafts() ledger.Drafts { return draftRows{tx.Tx.Drafts(), tx.watch} }

// TownChanges implements ledger.Tx.
func (tx forcedTx) TownChanges() ledger.TownChanges {
	return townChangeRows{tx.Tx.TownChanges(), tx.watch}
}
