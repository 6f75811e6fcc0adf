package catalogue

import (
	_ "embed"
	"fmt"
)

//go:embed grimma.yaml
var grimma []byte

// Grimma returns the built-in catalogue: Große Kreisstadt Grimma, Saxony.
func Grimma() (Catalogue, error) {
	f, _ := Parse("grimma.yaml", grimma)
	c, _, mistakes := Catalogue{}.Merge(f)
	if len(mistakes) > 0 {
		return Catalogue{}, fmt.Errorf("built-in catalogue: %s", mistakes[0])
	}
	return c, nil
}
