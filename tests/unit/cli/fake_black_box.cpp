/// The black box of the fake world.
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {

core::FlipTimeline timeline_with(std::vector<std::string> documents) {
  auto timeline = timeline_until(core::FlipState::verified);
  for (auto& document : documents) {
    timeline.black_boxes.push_back({NodeName::of("job1"), wall(Millis{140}),
                                    "0123456789abcdef" + std::string(48, 'e'),
                                    std::move(document)});
  }
  return timeline;
}

std::string some_black_box() {
  return R"({"version": 1, "taken_at": "2026-11-23T03:00:00.130000Z", "source": "guard",
 "unit": {"name": "email-worker.service", "ActiveState": "active", "SubState": "running",
  "MainPID": 4711, "NRestarts": 1, "MemoryCurrent": 52428800, "TasksCurrent": 5,
  "Result": "success"},
 "processes": [
  {"pid": 4711, "ppid": 1, "name": "email-worker", "state": "S", "wchan": "do_wait",
   "stack": ["[<0>] do_wait+0x169/0x2f0", "[<0>] kernel_wait4+0xaf/0x150"],
   "threads": [{"tid": 4711, "state": "S", "wchan": "do_wait"}],
   "files": {"regular": 3, "pipe": 2}, "rss_kib": 10240, "cpu_ms": 120},
  {"pid": 4712, "ppid": 4711, "name": "email-worker", "state": "S", "wchan": "inet_csk_accept",
   "threads": [{"tid": 4712, "state": "S", "wchan": "inet_csk_accept"},
    {"tid": 4714, "state": "S", "wchan": "futex_wait_queue"},
    {"tid": 4715, "state": "R"}],
   "files": {"socket": 3, "regular": 2, "anon": 1}, "rss_kib": 20480, "cpu_ms": 60500},
  {"pid": 4713, "ppid": 4711, "name": "sm\u001b[2Jtp", "state": "D", "wchan": "futex_wait_queue",
   "files": {"device": 1}, "rss_kib": 4096, "cpu_ms": 7}],
 "tcp": [
  {"pid": 4712, "local": "10.0.0.11:40112", "remote": "10.0.0.25:25", "state": "ESTABLISHED",
   "send_queue": 18540, "receive_queue": 0},
  {"pid": 4712, "local": "10.0.0.11:40113", "remote": "10.0.0.25:25", "state": "CLOSE_WAIT",
   "send_queue": 0, "receive_queue": 31},
  {"pid": 4712, "local": "[2001:db8::11]:40120", "remote": "[2001:db8::5]:5432",
   "state": "ESTABLISHED", "send_queue": 0, "receive_queue": 0}],
 "memory": {"current": 52428800, "max": "max", "pressure": {"some_avg10": 0.0, "full_avg10": 0.0}},
 "cpu": {"usage_ms": 60627, "pressure": {"some_avg10": 3.1}},
 "io": {"pressure": {"some_avg10": 60.25, "full_avg10": 58.1}},
 "log": ["03:00:00 email-worker[4712]: sending mail 17 to mx.example.com",
  "03:00:01 email-worker[4712]: a line that is longer than a terminal is wide, )"
         R"(as those of libraries often are, and whose end says what is wrong: timed out",
  "\u001b]0;title\u0007 an escape"],
 "command": {"argv0": "/usr/bin/postqueue", "exit": 0,
  "output": "-Queue ID-  --Size-- ----Arrival Time----\n4Bz1   1234 Mon Nov 23 02:57:00\n"},
 "missing": [{"part": "stack", "why": "of 4712: only root may see it"},
  {"part": "io.pressure", "why": "not the cgroup's: the whole host's"}],
 "cut": ["log"]})";
}

}  // namespace jobflip::cli
