// What the processes do: asks the guard's capturer, and captures by itself if that does not answer.
#include <fcntl.h>
#include <sys/stat.h>

#include "blackbox/black_box_parts.hpp"
#include "jobflip/capture/capture_fifo.hpp"
#include "jobflip/capture/process_capture.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::blackbox {
namespace {

Result<void> send_order(const std::string& page) {
  const auto path = guard::sibling_path(page, ".orders");
  const Descriptor orders{
      ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)};
  struct stat facts {};
  if (!orders.open() || ::fstat(orders.fd(), &facts) != 0)
    return os::errno_error("cannot open " + path, errno);
  if (!S_ISFIFO(facts.st_mode))
    return Error{ErrorCode::host_failed, printable(path) + " is not a FIFO", ""};
  if (::write(orders.fd(), &capture::kCaptureOrder, 1) != 1)
    return os::errno_error("cannot write into " + path, errno);
  return {};
}

Result<std::string> ask_guard(const std::string& page, Instant give_up) {
  const auto alive = guard::is_guard_alive(guard::sibling_path(page, ".guard"));
  if (!alive) return alive.error();
  if (!*alive) return Error{ErrorCode::host_failed, "it is gone", ""};
  const auto path = guard::sibling_path(page, capture::kCaptureSuffix);
  const auto fifo = capture::make_capture_fifo(path);
  if (!fifo) return fifo.error();
  if (auto sent = send_order(page); !sent) return sent.error();
  auto text = capture::read_capture(fifo->fd(), core::kMaxBlackBoxBytes, give_up);
  ::unlink(path.c_str());
  return text;
}

/// Null if it is not an answer of a guard.
Json read_answer(const std::string& text) {
  auto answer = Json::parse(text, nullptr, false);
  if (!answer.is_object()) return {};
  Json out{{"source", "guard"}};
  for (const char* key : {"processes", "tcp", "missing", "cut"})
    if (answer.contains(key) && answer[key].is_array()) out[key] = std::move(answer[key]);
  return out;
}

}  // namespace

Json look_part(const BlackBoxSettings& settings, Instant guard_within, Instant give_up) {
  const auto path = settings.runtime_dir + "/" + settings.pool.str() + guard::kLeaseSuffix;
  const auto page = guard::MappedPage::open(path, false);
  const auto boot = guard::read_boot_mark();
  const auto nothing = [](const std::string& why) {
    return Json{{"source", "agent"}, {"missing", Json::array({missing("processes", why)})}};
  };
  if (!page) return nothing(page.error().text);
  if (!boot || !guard::is_of_this_boot(**page, *boot))
    return nothing("nothing was started in this boot");
  const auto answer = ask_guard(path, guard_within);
  if (answer)
    if (auto read = read_answer(*answer); !read.is_null()) return read;
  const auto cgroup = guard::load_cgroup(**page);
  const auto seen =
      capture::look_at({.cgroup = cgroup.find("/jobflip-") == std::string::npos ? "" : cgroup,
                        .guard = static_cast<pid_t>((*page)->guard_pid.load())},
                       give_up);
  auto out = Json::parse(capture::json_of(seen, core::kMaxBlackBoxBytes), nullptr, false);
  out["source"] = "agent";
  out["missing"].push_back(
      missing("guard", answer ? "its answer is not a JSON document" : answer.error().text));
  return out;
}

}  // namespace jobflip::blackbox
