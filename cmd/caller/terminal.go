package main

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/caller"
	"aufruf/internal/client"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	tea "github.com/charmbracelet/bubbletea"
)

// unansweredAfter is how long a step may be under way. A call that rings later
// than that would surprise everybody.
const unansweredAfter = 30 * time.Second

// terminal fills the terminal until the person leaves.
func (d *desk) terminal(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := &terminal{ctx: ctx, desk: caller.NewDesk(d.phrases, d.room, time.Now())}
	program := tea.NewProgram(t, tea.WithContext(ctx), tea.WithInput(d.stdin), tea.WithOutput(d.screen), tea.WithAltScreen(), tea.WithReportFocus())
	t.station = client.NewStation(d.client, d.branch, events{program})
	ended := make(chan error, 1)
	go func() {
		ended <- t.station.Run(ctx)
		program.Quit() // the server said not to come back, or ctx is over
	}()
	go d.lookUpNames(ctx, program)
	_, err := program.Run()
	cancel()
	return outcome(err, <-ended)
}

// outcome returns why the interface ended, nil where the person wanted it.
func outcome(screen, connection error) error {
	var refused *problem.Error
	if errors.As(connection, &refused) {
		return refused
	}
	if errors.Is(screen, tea.ErrProgramKilled) || errors.Is(screen, tea.ErrInterrupted) {
		return nil
	}
	return screen
}

// lookUpNames asks what things are called until there is an answer; the desk
// works without.
func (d *desk) lookUpNames(ctx context.Context, program *tea.Program) {
	for {
		names, err := d.names(ctx)
		if err == nil {
			program.Send(caller.NamesCame{Names: names})
			return
		}
		select {
		case <-time.After(reachWithin):
		case <-ctx.Done():
			return
		}
	}
}

func (d *desk) names(ctx context.Context) (caller.Names, error) {
	names := caller.Names{Services: map[town.ServiceID]string{}}
	branches, err := d.client.Branches(ctx)
	if err != nil {
		return names, err
	}
	services, err := d.client.Services(ctx)
	if err != nil {
		return names, err
	}
	for _, branch := range branches.Branches {
		if branch.ID == d.branch {
			names.Branch = branch
		}
	}
	for _, service := range services.Services {
		names.Services[service.ID] = service.Name
	}
	return names, nil
}

// terminal lets bubbletea drive a caller.Desk.
type terminal struct {
	ctx           context.Context
	desk          *caller.Desk
	station       *client.Station
	width, height int
}

// Init starts the clock.
func (t *terminal) Init() tea.Cmd { return tick() }

func tick() tea.Cmd {
	return tea.Tick(caller.TickEvery, func(at time.Time) tea.Msg { return caller.Ticked{At: at} })
}

// Update hands events to the desk and carries out what it wants.
func (t *terminal) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		t.width, t.height = m.Width, m.Height
	case tea.KeyMsg:
		return t, t.press(m)
	case caller.Ticked:
		t.desk.Handle(m)
		return t, tick()
	case tea.FocusMsg:
		return t, t.follow(t.desk.Handle(caller.Looked{Here: true}))
	case tea.BlurMsg:
		return t, t.follow(t.desk.Handle(caller.Looked{}))
	case caller.Event:
		return t, t.follow(t.desk.Handle(m))
	}
	return t, nil
}

// View shows the desk.
func (t *terminal) View() string { return t.desk.View(t.width, t.height) }

// press hands over a key, or the characters of a paste one by one.
func (t *terminal) press(key tea.KeyMsg) tea.Cmd {
	if key.Type != tea.KeyRunes {
		name := key.String()
		if key.Type == tea.KeySpace {
			name = "space"
		}
		return t.follow(t.desk.Handle(caller.Pressed{At: time.Now(), Key: name}))
	}
	var all []tea.Cmd
	for _, r := range key.Runes {
		all = append(all, t.follow(t.desk.Handle(caller.Pressed{At: time.Now(), Key: string(r)})))
	}
	return tea.Batch(all...)
}

func (t *terminal) follow(effect caller.Effect) tea.Cmd {
	if effect.Quit {
		return tea.Quit
	}
	var all []tea.Cmd
	if effect.Send != nil {
		all = append(all, t.send(*effect.Send))
	}
	for _, seen := range effect.Seen {
		all = append(all, t.send(seen))
	}
	return tea.Batch(all...)
}

func (t *terminal) send(command deskwork.Command) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(t.ctx, unansweredAfter)
		defer cancel()
		done, err := t.station.Do(ctx, command)
		return caller.Answered{Command: command, Done: done, Err: err}
	}
}

// events hands what the station is told to the screen.
type events struct{ program *tea.Program }

// OnConnected tells the desk.
func (e events) OnConnected() { e.program.Send(caller.Connected{}) }

// OnDisconnected tells the desk.
func (e events) OnDisconnected(err error) {
	e.program.Send(caller.Disconnected{At: time.Now(), Err: err})
}

// OnQueue tells the desk.
func (e events) OnQueue(queue wire.Queue) {
	e.program.Send(caller.QueueCame{At: time.Now(), Queue: queue})
}

// OnDelivery tells the desk.
func (e events) OnDelivery(delivery wire.Delivery) {
	e.program.Send(caller.DeliveryCame{Delivery: delivery})
}

// OnAlarms tells the desk.
func (e events) OnAlarms(alarms wire.Alarms) {
	e.program.Send(caller.AlarmsCame{At: time.Now(), Alarms: alarms})
}
