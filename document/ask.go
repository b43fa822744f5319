package document

import "jiexu/procedure"

// What follows is how the blanks write their fields down: name, label in two languages, and what differs from
// the usual. A field is required unless optional says otherwise.

func ask(t procedure.FieldType, name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: t, Required: true}
}

func line1(name, zh, en string) procedure.Field  { return ask(procedure.TextField, name, zh, en) }
func prose(name, zh, en string) procedure.Field  { return ask(procedure.LongText, name, zh, en) }
func date(name, zh, en string) procedure.Field   { return ask(procedure.DateField, name, zh, en) }
func number(name, zh, en string) procedure.Field { return ask(procedure.Number, name, zh, en) }

// moment is a date and time that has come.
func moment(name, zh, en string) procedure.Field {
	f := ask(procedure.Moment, name, zh, en)
	f.NotFuture = true
	return f
}

// ahead is a date and time that may be yet to come, such as a hearing's.
func ahead(name, zh, en string) procedure.Field { return ask(procedure.Moment, name, zh, en) }

func one(name, zh, en string, options ...procedure.Option) procedure.Field {
	f := ask(procedure.Select, name, zh, en)
	f.Options = options
	return f
}

func opt(value, zh, en string) procedure.Option {
	return procedure.Option{Value: value, Label: procedure.T(zh, en)}
}

func table(name, zh, en string, columns ...procedure.Field) procedure.Field {
	f := ask(procedure.RowsField, name, zh, en)
	f.Columns = columns
	return f
}

func pictures(name, zh, en string) procedure.Field { return ask(procedure.MediaField, name, zh, en) }

// optional lets a field empty; the document says 无.
func optional(f procedure.Field) procedure.Field {
	f.Required = false
	return f
}

func helped(f procedure.Field, zh, en string) procedure.Field {
	f.Help = procedure.T(zh, en)
	return f
}

// between bounds a number, or the length of a text or list.
func between(f procedure.Field, low, high int) procedure.Field {
	f.Min, f.Max = low, high
	return f
}

// past wants a day that has come.
func past(f procedure.Field) procedure.Field {
	f.NotFuture = true
	return f
}
