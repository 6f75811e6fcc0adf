package main

import "context"

func (d *desk) terminal(ctx context.Context) error { return nil }
