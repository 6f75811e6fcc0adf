package page

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
)

// languageCookie keeps a language that a person chose. It is set only then.
const (
	languageCookie = visitor.LanguageCookie
	LanguageQuery  = "lang"
)

// Offered returns the languages of the town, all that ship where it names
// none.
func (f *Frame) Offered() []town.Language {
	named := f.Town.Catalogue().Authority.Languages
	if len(named) == 0 {
		return f.Texts.Languages()
	}
	return named
}

// Language decides: chosen just now, chosen before, then what the page
// suggests (the language of an appointment; empty: none), then the browser's.
// carry reports that links must keep the choice, because no cookie does.
func (f *Frame) Language(c *gin.Context, suggested town.Language) (lang town.Language, carry bool) {
	offered := f.Offered()
	kept, _ := c.Cookie(languageCookie)
	chosen := town.Language(c.Query(LanguageQuery))
	if slices.Contains(offered, chosen) {
		if kept != string(chosen) {
			f.keepLanguage(c, chosen)
			return chosen, true
		}
		return chosen, false
	}
	for _, lang := range []town.Language{town.Language(kept), suggested} {
		if slices.Contains(offered, lang) {
			return lang, false
		}
	}
	return i18n.Negotiate(c.GetHeader("Accept-Language"), offered), false
}

// keepLanguage is told once for each page, however often it asks for its
// language.
func (f *Frame) keepLanguage(c *gin.Context, lang town.Language) {
	if _, told := c.Get(languageCookie); told {
		return
	}
	c.Set(languageCookie, true)
	http.SetCookie(c.Writer, &http.Cookie{
		Name: languageCookie, Value: string(lang), Path: "/",
		MaxAge: int((365 * 24 * time.Hour).Seconds()), HttpOnly: true, Secure: f.Secure(), SameSite: http.SameSiteLaxMode,
	})
}
