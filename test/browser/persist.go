package browser

import (
	"context"
	"errors"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

// untouched is what Chromium says of an element, or a page, that was found and gave
// way to another before anything was done to it. Whatever was wanted can be tried
// again.
var untouched = []string{
	"Could not find node with given id",
	"No node with given id found",
	"Node with given id does not belong to the document",
	"Node is detached from document",
	"Node does not have a layout object",
	"Could not compute box model.",
	"Could not compute content quads.",
	"Cannot find context with specified id",
	"Cannot find default execution context",
	"Could not find object with given id",
}

// interrupted is what it says of a page that gave way while it was asked. Only what
// changes nothing can be tried again.
var interrupted = []string{
	"Execution context was destroyed.",
	"Inspected target navigated or closed",
	"Not attached to an active page",
}

func says(err error, sentences []string) bool {
	var refusal *cdproto.Error
	return errors.As(err, &refusal) && slices.Contains(sentences, refusal.Message)
}

// gaveWay reports whether nothing was done because a page gave way to another.
func gaveWay(err error) bool { return says(err, untouched) }

// gaveWayMeanwhile is gaveWay for what only reads.
func gaveWayMeanwhile(err error) bool { return gaveWay(err) || says(err, interrupted) }

// persist runs something until it isn't refused any more for a reason of that kind.
// Every step on a page goes through here.
func persist[T any](ctx context.Context, passes func(error) bool, run func() (T, error)) (T, error) {
	value, err := run()
	for passes(err) && ctx.Err() == nil {
		value, err = run()
	}
	return value, err
}

// Ask runs an action and returns its value; where the page that it found gives way to
// another before anything was done, it looks again.
func Ask[T any](ctx context.Context, action chromedp.Action[T]) (T, error) {
	return persist(ctx, gaveWay, func() (T, error) { return chromedp.Run(ctx, action) })
}

// read asks what changes nothing, so that it can be asked again at any time.
func read[T any](ctx context.Context, action chromedp.Action[T]) (T, error) {
	return persist(ctx, gaveWayMeanwhile, func() (T, error) { return chromedp.Run(ctx, action) })
}
