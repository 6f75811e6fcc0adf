package catalogue

import (
	_ "embed"
	"fmt"
)

//go:embed grimma.yaml
var grimma []byte

// BuiltIn returns the built-in file as Import reads it.
func BuiltIn() (File, []Mistake) { return Parse("grimma.yaml", grimma) }

// Grimma returns the built-in catalogue: Große Kreisstadt Grimma, Saxony.
func Grimma() (Catalogue, error) {
	f, _ := BuiltIn()
	c, _, mistakes := Catalogue{}.Merge(f)
	if len(mistakes) > 0 {
		return Catalogue{}, fmt.Errorf("built-in catalogue: %s", mistakes[0])
	}
	return c, nil
}
