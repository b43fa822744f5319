package store

import "sync"

// signals wakes waiting goroutines of this process by topic.
type signals struct {
	mu     sync.Mutex
	topics map[string]map[chan struct{}]bool
}

// Signal wakes those of this process who listen to topic, once the transaction is durable.
func (t *Tx) Signal(topic string) {
	t.OnCommit(func() { t.db.Signal(topic) })
}

// Signal wakes those of this process who listen to topic.
func (db *DB) Signal(topic string) {
	db.signals.mu.Lock()
	defer db.signals.mu.Unlock()
	for c := range db.signals.topics[topic] {
		select {
		case c <- struct{}{}:
		default: // already awake
		}
	}
}

// Listen returns a channel that receives after each Signal on topic, until stop is called. Signals
// that come while the listener is busy become one.
func (db *DB) Listen(topic string) (wake <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	db.signals.mu.Lock()
	defer db.signals.mu.Unlock()
	if db.signals.topics == nil {
		db.signals.topics = map[string]map[chan struct{}]bool{}
	}
	if db.signals.topics[topic] == nil {
		db.signals.topics[topic] = map[chan struct{}]bool{}
	}
	db.signals.topics[topic][c] = true
	return c, func() {
		db.signals.mu.Lock()
		defer db.signals.mu.Unlock()
		delete(db.signals.topics[topic], c)
	}
}
