#include "cli/flip_follow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/exact_duration.hpp"
#include "jobflip/core/freshness.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;
using core::FlipState;

constexpr Millis kPollEvery{100};
constexpr Millis kLookForLeaderEvery{1000};
constexpr Millis kProgressEvery{1000};

std::optional<Millis> between(const std::optional<WallTime>& from,
                              const std::optional<WallTime>& to) {
  if (!from || !to) return std::nullopt;
  return std::chrono::duration_cast<Millis>(*to - *from);
}

std::string after(WallTime from, const std::optional<WallTime>& to) {
  const auto length = between(from, to);
  return length ? " after " + short_duration(*length) : "";
}

/// One flip on the screen. Each step is a line; below them, one line is overwritten with what is
/// happening now.
class Follower {
 public:
  Follower(Session& session, ports::ReaderStore& store, const FlipToFollow& flip)
      : session_(session), store_(store), flip_(flip), begun_(session.host().now()) {}

  ExitCode follow() {
    for (;;) {
      // before the first look, too: for these milliseconds the flip needs the store more than we do
      session_.host().wait(std::min(kPollEvery, flip_.give_up_after - waited()));
      look();
      if (seen_ && core::has_ended(seen_->state)) return finish();
      if (seen_ && seen_->state == FlipState::started && is_the_end()) return finish();
      if (session_.host().interrupted())
        return unknown("interrupted: the flip goes on without you");
      if (waited() >= flip_.give_up_after) {
        return unknown(fmt::format("the flip has not ended after {}", short_duration(waited())));
      }
      show_progress();
      announce_wait();
    }
  }

 private:
  Millis waited() const {
    return std::chrono::duration_cast<Millis>(session_.host().now() - begun_);
  }

  void look() {
    const auto timeline = store_.timeline(flip_.id);
    if (!timeline) {
      if (last_error_.empty()) {
        clear_progress();
        session_.notice("can't look at the flip, trying again: " + timeline.error().text);
      }
      last_error_ = timeline.error().text;
      return;
    }
    last_error_.clear();
    seen_ = timeline->flip;
    for (; printed_ < timeline->steps.size(); ++printed_) print(timeline->steps[printed_]);
  }

  void print(const core::TimelineStep& step) {
    if (session_.format() != Format::table) return;
    clear_progress();
    const auto offset = std::chrono::duration_cast<Millis>(step.at - seen_->requested_at);
    session_.out() << fmt::format("  {:>7}  {:<11} {:<10} {}\n", "+" + short_duration(offset),
                                  printable(step.state), printable(step.node),
                                  printable(step.sentence))
                   << std::flush;
  }

  /// The flip has started: is it worth waiting for a completed job?
  bool is_the_end() {
    if (!flip_.has_queues) return true;
    if (next_leader_look_ && session_.host().now() < *next_leader_look_) return false;
    next_leader_look_ = session_.host().now() + kLookForLeaderEvery;
    const auto snapshot = store_.snapshot();
    if (!snapshot) return false;
    nobody_looks_ = !core::leading_supervisor(*snapshot).has_value();
    return nobody_looks_;
  }

  void show_progress() {
    if (session_.format() != Format::table || !session_.terminal().out_is_terminal || !seen_)
      return;
    if (waited() < next_progress_) return;
    next_progress_ = waited() + kProgressEvery;
    clear_progress();
    session_.out() << session_.paint()(Style::dim,
                                       fmt::format("  ... {} since {}", name_of(seen_->state),
                                                   short_duration(waited())))
                   << std::flush;
    progress_ = true;
  }

  /// Where no line can be written over, this is all that is heard until the end.
  void announce_wait() {
    const bool is_shown =
        session_.format() == Format::table && !session_.terminal().out_is_terminal;
    if (!is_shown || announced_ || !seen_ || seen_->state != FlipState::started) return;
    announced_ = true;
    const auto left = std::max(Millis{0}, flip_.give_up_after - waited());
    session_.notice(fmt::format("waiting up to {} for a completed job",
                                exact_duration(std::min(left, flip_.verify_timeout))));
  }

  void clear_progress() {
    if (progress_) session_.out() << "\r\x1b[K";
    progress_ = false;
  }

  ExitCode unknown(const std::string& why) {
    clear_progress();
    show_result(ExitCode::unknown);
    return session_.error(
        ExitCode::unknown, why,
        last_error_.empty()
            ? fmt::format("it is {}", seen_ ? name_of(seen_->state) : "not seen yet")
            : "the last look failed: " + last_error_,
        fmt::format("it may still be running: `jobflip show {}`", flip_.id.value));
  }

  ExitCode finish() {
    clear_progress();
    const auto code = judge();
    show_result(code);
    return say(code);
  }

  ExitCode judge() const {
    switch (seen_->state) {
      case FlipState::verified:
        return ExitCode::done;
      case FlipState::started:
        return nobody_looks_ ? ExitCode::incomplete : ExitCode::done;
      case FlipState::ineffective:
      case FlipState::unverified:
        return ExitCode::incomplete;
      default:
        return ExitCode::failed;
    }
  }

  ExitCode say(ExitCode code) {
    const auto& flip = *seen_;
    const auto active = fmt::format("{}: {} is active{}", flip_.pool.str(), flip.to.str(),
                                    after(flip.requested_at, flip.started_at));
    const auto more = fmt::format("`jobflip show {}` has the timeline", flip.id.value);
    if (code == ExitCode::failed) {
      return session_.error(code, fmt::format("flip {} {}", flip.id.value, name_of(flip.state)),
                            flip.last_sentence, more);
    }
    if (session_.format() == Format::table) {
      const bool verified = flip.state == FlipState::verified;
      session_.out() << active
                     << (verified ? ", a job completed" + after(flip.requested_at, flip.ended_at)
                                  : "")
                     << fmt::format(" (flip {})\n", flip.id.value);
    }
    if (code == ExitCode::done) return code;
    if (flip.state == FlipState::started) {
      session_.warning("no supervisor leads: nobody looks whether jobs complete there");
      return code;
    }
    session_.warning(fmt::format("{}: {}", name_of(flip.state), flip.last_sentence));
    return code;
  }

  void show_result(ExitCode code) {
    if (session_.format() == Format::table) return;
    const auto state = seen_ ? std::string{name_of(seen_->state)} : "";
    const auto from = seen_ ? seen_->from.str() : "";
    const auto to = seen_ ? seen_->to.str() : "";
    const auto active = seen_ ? between(seen_->requested_at, seen_->started_at) : std::nullopt;
    const auto end = seen_ ? between(seen_->requested_at, seen_->ended_at) : std::nullopt;
    if (session_.format() == Format::tsv) {
      const auto ms = [](const auto& v) { return v ? std::to_string(v->count()) : std::string{}; };
      session_.print(Table{{"flip", "pool", "from", "to", "state", "to_active_ms", "to_end_ms"},
                           {{std::to_string(flip_.id.value), flip_.pool.str(), from, to, state,
                             ms(active), ms(end)}}});
      return;
    }
    Json out{{"schema", 1},
             {"flip", flip_.id.value},
             {"pool", flip_.pool.str()},
             {"from", from},
             {"to", to},
             {"state", state},
             {"exit_code", to_int(code)},
             {"to_active_ms", active ? Json(active->count()) : Json{}},
             {"to_end_ms", end ? Json(end->count()) : Json{}}};
    if (flip_.deployment != 0) out["deployment"] = flip_.deployment;
    session_.print(out);
  }

  Session& session_;
  ports::ReaderStore& store_;
  FlipToFollow flip_;
  Instant begun_;
  std::optional<core::FlipView> seen_;
  std::size_t printed_{0};
  std::string last_error_;
  bool nobody_looks_{false};
  std::optional<Instant> next_leader_look_;
  Millis next_progress_{0};
  bool progress_{false};
  bool announced_{false};
};

}  // namespace

ExitCode follow_flip(Session& session, ports::ReaderStore& store, const FlipToFollow& flip) {
  return Follower{session, store, flip}.follow();
}

}  // namespace jobflip::cli
