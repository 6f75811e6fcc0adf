package page

import (
	"aufruf/internal/problem"
)

// FirstField words a problem by its first wrong field, where it has one.
func (v *Page) FirstField(e *problem.Error) string {
	for _, key := range e.Fields {
		return v.Field(key)
	}
	return v.Problem(e)
}

type Field struct {
	Value string
	Error string
}

// FormField is a field by its name; At is nil where a mistake stands on top
// only. A Label is said before the mistake there, where its sentence doesn't tell
// which field is meant.
type FormField struct {
	Name, Label string
	At          *Field
}

// Mistakes lists what is wrong in the order of the form, and marks the fields. A
// mistake in no field of the form is the title.
func (v *Page) Mistakes(e *problem.Error, fields []FormField) *Alert {
	alert := &Alert{Title: v.Problem(e)}
	for _, f := range fields {
		key, wrong := e.Fields[f.Name]
		if !wrong {
			continue
		}
		sentence := v.FieldError(f.Name, key)
		if f.At != nil {
			f.At.Error = sentence
		}
		if f.Label != "" {
			sentence = f.Label + " – " + sentence
		}
		alert.Fields = append(alert.Fields, Link{sentence, "#" + f.Name})
	}
	if len(alert.Fields) == 0 {
		alert.Title = v.FirstField(e)
	}
	return alert
}

// FieldError says what to do about a field, in words of its own where there
// are some: a missing name is asked for by name.
func (v *Page) FieldError(name, key string) string {
	if own := "booking.details." + name + "_missing"; missing(key) && v.Has(own) {
		return v.T(own)
	}
	return v.Field(key)
}

func missing(key string) bool { return key == "field.required" || key == "request.required" }
