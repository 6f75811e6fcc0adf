package staff

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/web/page"
)

// accountPath is where a person's own account is.
const accountPath = Root + "/konto"

// registerAccount adds the pages of a person's own account.
func (s *Pages) registerAccount(signedIn page.Routes) {
	signedIn.GET("/konto", s.account)
	signedIn.POST("/konto/kennwort", s.changePassword)
	signedIn.POST("/konto/abmelden", s.signOutEverywhere)
}

// accountView is a person's own account.
type accountView struct {
	*View
	Linked bool // has no password here
}

func (s *Pages) account(c *gin.Context) error { return s.showAccount(c, nil) }

func (s *Pages) showAccount(c *gin.Context, refused error) error {
	view := accountView{s.NewView(c, "staff.account.title"), page.ActorOf(c).User.Subject != ""}
	return s.ShowRefused(c, view.View, refused, "account", view)
}

// changePassword sets a new password, which ends every session: the person
// signs in anew with it.
func (s *Pages) changePassword(c *gin.Context) error {
	if err := s.app.Access.ChangeOwnPassword(c.Request.Context(), page.ActorOf(c), c.PostForm("alt"), c.PostForm("neu")); err != nil {
		return s.showAccount(c, err)
	}
	return s.leave(c, false)
}

// signOutEverywhere ends the person's sessions on every machine.
func (s *Pages) signOutEverywhere(c *gin.Context) error {
	if err := s.app.Access.SignOutEverywhere(c.Request.Context(), page.ActorOf(c).User.ID); err != nil {
		return err
	}
	return s.leave(c, page.ActorOf(c).User.Subject != "")
}
