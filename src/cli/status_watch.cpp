#include "cli/status_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>

#include "cli/kept_back.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::cli {
namespace {

constexpr const char* kOwnScreen = "\x1b[?1049h\x1b[?25l";
constexpr const char* kScreenBefore = "\x1b[?25h\x1b[?1049l";
constexpr const char* kFromTheTop = "\x1b[H\x1b[2J";

bool redraws(const Session& session) {
  const auto kind = session.host().environment("TERM");
  return session.terminal().out_is_terminal && session.format() == Format::table && kind &&
         !kind->empty() && *kind != "dumb";
}

/// The terminal's own screen comes back however the watch ends, and the last page with it.
class OwnScreen {
 public:
  explicit OwnScreen(Session& session) : session_{session} { out() << kOwnScreen << std::flush; }
  ~OwnScreen() { out() << kScreenBefore << page_ << error_ << std::flush; }
  OwnScreen(const OwnScreen&) = delete;
  OwnScreen& operator=(const OwnScreen&) = delete;

  ExitCode show(const std::function<ExitCode()>& look) {
    ExitCode code{};
    std::string page;
    {
      const KeptBack results{out()};
      const KeptBack messages{*session_.terminal().err};
      code = look();
      page = results.text();
      error_ = messages.text();
    }
    out() << kFromTheTop;
    if (code == ExitCode::done) {
      page_ = std::move(page);
      seen_ = session_.host().now();
      out() << fitting(page_ + error_);
    } else {
      out() << fitting(error_ + old_page());
    }
    out() << std::flush;
    return code;
  }

 private:
  std::ostream& out() { return session_.out(); }

  std::string old_page() const {
    if (page_.empty()) return "";
    const auto ago = std::chrono::duration_cast<Millis>(session_.host().now() - seen_);
    return fmt::format("\nwhat was seen {} ago:\n{}", short_duration(ago), page_);
  }

  /// As many lines as the window has, the last of them empty.
  std::string fitting(const std::string& page) const {
    const auto rows = session_.terminal().out_rows();
    const auto lines = static_cast<std::size_t>(std::ranges::count(page, '\n'));
    if (rows == 0 || lines < rows) return page;
    std::size_t end = 0;
    for (std::size_t row = 0; row + 2 < rows; ++row) end = page.find('\n', end) + 1;
    return page.substr(0, end) +
           fmt::format("... {} more lines: jobflip status POOL\n", lines + 2 - rows);
  }

  Session& session_;
  std::string page_;
  std::string error_;
  Instant seen_{};
};

}  // namespace

ExitCode watch_status(Session& session, Millis interval, const Look& look) {
  const auto& host = session.host();
  std::optional<OwnScreen> screen;
  if (redraws(session)) screen.emplace(session);
  std::unique_ptr<ports::ReaderStore> store;
  bool ends = false;
  const auto once = [&] {
    if (!store) {
      auto opened = session.reader();
      if (!opened) {
        ends = !is_passing(opened.error().code);
        return session.fail(opened.error());
      }
      store = std::move(*opened);
    }
    const auto code = look(session, *store);
    ends = code == ExitCode::usage;  // no such pool: looking again won't help
    if (code == ExitCode::store_unreachable || code == ExitCode::unknown) store.reset();
    session.out().flush();
    return code;
  };
  while (!host.interrupted()) {
    const auto code = screen ? screen->show(once) : once();
    if (ends) return code;
    host.wait(interval);
  }
  return ExitCode::done;
}

}  // namespace jobflip::cli
