package catalogue

import _ "embed"

//go:embed grimma.yaml
var grimma []byte

// BuiltIn returns the built-in file, Große Kreisstadt Grimma in Saxony, as Import
// reads it.
func BuiltIn() (File, []Mistake) { return Parse("grimma.yaml", grimma) }
