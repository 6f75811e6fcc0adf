package main

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

// dayCell is what a calendar's cell needs at the least.
type dayCell struct{ URL, Label, Word string }

// bareTemplate renders a cell as ours looks; a page of a size is as many cells
// as fill it.
const bareTemplate = `{{define "page"}}<!doctype html><html lang="de"><title>Tag</title><table>{{range .}}<td class="free"><a class="day" href="{{.URL}}"><b>{{.Label}}</b> <span>{{.Word}}</span></a></td>
{{end}}</table></html>{{end}}`

// cellBytes is about what a cell takes once rendered.
const cellBytes = 150

// barePage is a gin handler that renders a page of about the size that it is
// asked for, without rules, languages or a database.
func barePage() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.SetHTMLTemplate(template.Must(template.New("").Parse(bareTemplate)))
	router.GET("/page", func(c *gin.Context) {
		n, err := strconv.Atoi(c.Query("n"))
		if err != nil || n < 0 {
			c.String(http.StatusBadRequest, "n: want a number")
			return
		}
		cells := make([]dayCell, n/cellBytes)
		for i := range cells {
			cells[i] = dayCell{URL: "/termin/zeit?branch=grimma-markt&date=2026-12-08&service=eid-pin", Label: strconv.Itoa(i%31 + 1), Word: "12 frei"}
		}
		c.HTML(http.StatusOK, "page", cells)
	})
	return router
}
