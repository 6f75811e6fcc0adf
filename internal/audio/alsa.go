package audio

/*
#cgo pkg-config: alsa
#include <errno.h>
#include <alsa/asoundlib.h>

// ALSA prints each failure to stderr by itself; ours goes to the log, once.
static void quiet(const char *file, int line, const char *function, int err, const char *fmt, ...) {}
static void silence_errors(void) { snd_lib_error_set_handler(quiet); }

static int open_default(snd_pcm_t **pcm, unsigned rate, unsigned latency_us) {
	int err = snd_pcm_open(pcm, "default", SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
	if (err < 0) return err;
	err = snd_pcm_set_params(*pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 2, rate, 1, latency_us);
	if (err < 0) snd_pcm_close(*pcm);
	return err;
}

// write_some returns the frames taken, 0 where the device took none for
// wait_ms, or a negative error. An underrun is recovered from.
static snd_pcm_sframes_t write_some(snd_pcm_t *pcm, const void *data, snd_pcm_uframes_t frames, int wait_ms) {
	snd_pcm_sframes_t n = snd_pcm_writei(pcm, data, frames);
	if (n == -EAGAIN) {
		int err = snd_pcm_wait(pcm, wait_ms);
		if (err == 0) return 0;
		if (err < 0 && (err = snd_pcm_recover(pcm, err, 1)) < 0) return err;
		n = snd_pcm_writei(pcm, data, frames);
		if (n == -EAGAIN) return 0;
	}
	if (n == -EPIPE || n == -ESTRPIPE) {
		int err = snd_pcm_recover(pcm, n, 1);
		if (err < 0) return err;
		n = snd_pcm_writei(pcm, data, frames);
	}
	return n;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"time"
	"unsafe"
)

// Times of the device. A second without progress means that it is lost: some
// drivers never report that their card was pulled.
const (
	latency = 80 * time.Millisecond
	stalled = time.Second
)

var errStalled = errors.New("sound device takes no more samples")

// alsa is the default PCM of ALSA. It is used from one goroutine.
//
// beep's own way to a device (oto 0.7) closes it a second time from a
// goroutine of its own, by then perhaps the device of the next announcement,
// and can't tell a lost device; hence these few calls.
type alsa struct {
	pcm *C.snd_pcm_t
}

// openALSA never blocks: a device that another program holds is an error.
func openALSA() (device, error) {
	C.silence_errors()
	d := new(alsa)
	if err := C.open_default(&d.pcm, Rate, C.uint(latency.Microseconds())); err < 0 {
		return nil, alsaError("open sound device", err)
	}
	return d, nil
}

func (d *alsa) write(frames []byte) error {
	for len(frames) > 0 {
		n := C.write_some(d.pcm, unsafe.Pointer(&frames[0]), C.snd_pcm_uframes_t(len(frames)/4), C.int(stalled.Milliseconds()))
		if n < 0 {
			return alsaError("write to sound device", C.int(n))
		}
		if n == 0 {
			return errStalled
		}
		frames = frames[int(n)*4:]
	}
	return nil
}

// drain asks again and again, because waiting inside ALSA could last for ever.
func (d *alsa) drain() error {
	deadline := time.Now().Add(latency + stalled)
	for {
		err := C.snd_pcm_drain(d.pcm)
		if err == 0 {
			return nil
		}
		if err != -C.EAGAIN {
			return alsaError("drain sound device", err)
		}
		if time.Now().After(deadline) {
			return errStalled
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (d *alsa) close() error {
	C.snd_pcm_drop(d.pcm)
	if err := C.snd_pcm_close(d.pcm); err < 0 {
		return alsaError("close sound device", err)
	}
	return nil
}

func alsaError(doing string, code C.int) error {
	return fmt.Errorf("%s: %s", doing, C.GoString(C.snd_strerror(code)))
}
