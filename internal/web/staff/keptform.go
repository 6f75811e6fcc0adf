package staff

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// keptPurpose is what the seal of such a form is made for.
const keptPurpose = "kept form"

// keptTime is how long a form can be given back.
const keptTime = 12 * time.Hour

// keptForm is what such a field holds.
type keptForm struct {
	page.Sent
	User town.UserID `json:"user"` // who typed it; empty: nobody knows any more
	At   time.Time   `json:"at"`
}

// askAgain asks who is there, and keeps what was typed until then.
func (s *Pages) askAgain(c *gin.Context, token string, sent page.Sent) {
	kept := keptForm{sent, s.app.Access.WasSignedIn(c.Request.Context(), token), s.app.Access.Now()}
	if typed, ok := s.keptUnderLock(kept.User, sent.Fields); ok { // it locked before it was over
		kept.Fields = typed
	}
	content, err := json.Marshal(kept)
	var sealed string
	if err == nil {
		sealed, err = s.app.Access.Sealed(keptPurpose, content)
	}
	if err == nil {
		err = s.showSignIn(c, http.StatusUnauthorized, signInView{Next: ownPage(sent.Page), Kept: sealed})
	}
	if err != nil {
		s.Fail(c, err)
	}
}

// keptFor opens a kept form for whoever signed in; false: there is none, or it is
// another's.
func (s *Pages) keptFor(user town.UserID, sealed string) (keptForm, bool) {
	var kept keptForm
	content, ok := s.app.Access.Unsealed(keptPurpose, sealed)
	if !ok || json.Unmarshal(content, &kept) != nil {
		return kept, false
	}
	age := s.app.Access.Now().Sub(kept.At)
	return kept, (kept.User == "" || kept.User == user) && age < keptTime
}

// giveBack shows a form as it was typed, before anything was done; where its page is
// no more, it can be sent as it was.
func (s *Pages) giveBack(c *gin.Context, kept keptForm, session string) error {
	v := s.NewView(c, "staff.again.title")
	if s.Frame.Again(c, page.Return{Sent: kept.Sent, News: v.T("staff.again.back"), Session: session}) {
		return nil
	}
	return s.Show(c, http.StatusOK, "sorry", staffSorry{
		v, v.T("staff.again.gone"), []page.Link{{Label: v.T("staff.sorry.start"), URL: Root}}, kept.Resend(),
	})
}
