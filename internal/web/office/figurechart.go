package office

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/figures"
)

// chart is a drawing of bars, as data of SVG paths. What it shows stands in a table
// beside it; it draws nothing where there is nothing to compare.
type chart struct {
	Title, Says         string
	Whole, Part         string // paths; the part stands within the whole
	WholeSays, PartSays string
	First, Last, Most   string // of the axes
	top                 int
}

// The drawing's measures. It is as wide as the page, whatever it shows.
const chartWidth, chartHeight = 600, 120

// barChart draws a bar for each value, and within it a part.
func barChart(whole, part []int) chart {
	top := slices.Max(whole)
	top = max(top, slices.Max(part))
	if top == 0 {
		return chart{}
	}
	var bars, parts strings.Builder
	step := float64(chartWidth) / float64(len(whole))
	for i := range whole {
		bar(&bars, float64(i)*step, step*0.8, whole[i]*chartHeight/top)
		bar(&parts, float64(i)*step, step*0.8, part[i]*chartHeight/top)
	}
	return chart{Whole: bars.String(), Part: parts.String(), top: top}
}

func bar(path *strings.Builder, x, width float64, height int) {
	if height > 0 {
		fmt.Fprintf(path, "M%.1f %dh%.1fv%dh-%.1fz", x, chartHeight-height, width, height, width)
	}
}

// words says what a chart shows.
func (c *chart) words(v *figuresView, name, first, last, most string) {
	if c.top == 0 {
		return
	}
	c.Title = v.T("staff.figures.chart_" + name)
	c.WholeSays, c.PartSays = v.T("staff.figures.whole_"+name), v.T("staff.figures.part_"+name)
	c.First, c.Last, c.Most = first, last, most
	c.Says = v.T("staff.figures.chart_says", "title", c.Title, "first", first, "last", last, "most", most)
}

// heatSheet is a week by hours: how many visits there were.
type heatSheet struct {
	Days []string
	Rows []heatRow
}

type heatRow struct {
	Hour  string
	Cells []heatCell
}

// heatCell is shaded by its number, which it shows too.
type heatCell struct {
	Visits int
	Shade  int // 0 to heatShades
}

const heatShades = 5

func (v *figuresView) heat(rows []figures.Row) heatSheet {
	visits := map[string]int{}
	most, first, last := 0, 24, 0
	days := [8]bool{}
	for i := range rows {
		n := rows[i].Visits()
		if n == 0 && rows[i].Capacity == 0 {
			continue
		}
		var day, hour int
		if _, err := fmt.Sscanf(rows[i].Key, "%d %d", &day, &hour); err != nil {
			continue
		}
		visits[rows[i].Key] = n
		days[day], most, first, last = true, max(most, n), min(first, hour), max(last, hour)
	}
	if most == 0 {
		return heatSheet{}
	}
	var sheet heatSheet
	for day := 1; day <= 7; day++ {
		if days[day] {
			sheet.Days = append(sheet.Days, v.weekdayShort(day))
		}
	}
	for hour := first; hour <= last; hour++ {
		row := heatRow{Hour: v.T("staff.figures.hour", "hour", fmt.Sprintf("%02d", hour))}
		for day := 1; day <= 7; day++ {
			if days[day] {
				n := visits[fmt.Sprintf("%d %02d", day, hour)]
				row.Cells = append(row.Cells, heatCell{Visits: n, Shade: (n*heatShades + most - 1) / most})
			}
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}
