#pragma once
/// The scenes of the demo, one after the other, and the figures that they measure.

#include <optional>
#include <string>
#include <vector>

#include "demo/cluster.hpp"
#include "demo/fleet.hpp"
#include "demo/mail_files.hpp"
#include "demo/readings.hpp"
#include "demo/smtp_sink.hpp"
#include "demo/stage.hpp"

namespace jobflip::demo {

// generous: a busy machine must not fail the demo, and a fault must end it
inline constexpr Millis kQuick{15'000};
inline constexpr Millis kSlow{30'000};

struct Figures {
  Millis stall_to_verdict{};   // SIGSTOP to the flip's request
  Millis verdict_to_active{};  // to workers running on the other node
  Millis stall_to_mail{};      // SIGSTOP to the first mail of the new node
  Millis agent_killed_gap{};   // longest time between two mails while an agent was killed
  Millis power_cut_to_active{};
  Millis power_cut_to_mail{};
};

class Story {
 public:
  Story(Stage& stage, const Folders& folders, Cluster& cluster, SmtpSink& sink, Fleet& fleet,
        int mails)
      : stage_{stage},
        folders_{folders},
        cluster_{cluster},
        sink_{sink},
        fleet_{fleet},
        mails_{mails} {}

  /// All scenes up to the last mail. An error ends the story; a check that failed without stopping
  /// it is in `faults`.
  Result<void> play();
  /// status, history, the moves, `audit verify`.
  Result<void> print_record();
  /// Runs until a signal, and restarts what ends.
  Result<void> keep_running();
  /// The one line at the end.
  std::string summary(const Tally& tally) const;

  const std::vector<std::string>& faults() const noexcept { return faults_; }
  Result<Tally> count();

 private:
  using Condition = std::function<Result<bool>()>;

  Result<void> found_the_pool();
  Result<void> start_daemons();
  Result<void> queue_mails();
  Result<void> hang_the_workers();
  Result<void> await_cure(std::int64_t flip, std::int64_t old_epoch, WallTime stalled);
  Result<void> kill_the_agent();
  Result<void> cut_the_power();
  Result<void> tell_takeover(const std::string& from, const std::string& to);
  Result<void> deliver_the_rest();

  // as Stage::await, and also restarts what ended meanwhile
  Result<void> await(std::string_view what, const std::string& log, Millis at_most,
                     const Condition& holds);
  Result<void> keep_alive();
  Result<PoolReading> pool_now();
  Result<void> await_mails(int share_of_100, const std::string& log, Millis at_most);
  Result<std::vector<Seen>> workers_of(const std::string& node);
  void expect(bool holds, const std::string& fault);
  Result<void> print_verb(const std::vector<std::string>& words);

  Stage& stage_;
  const Folders& folders_;
  Cluster& cluster_;
  SmtpSink& sink_;
  Fleet& fleet_;
  int mails_;
  Figures figures_;
  std::vector<std::string> faults_;
  std::optional<std::int64_t> flip_;
};

}  // namespace jobflip::demo
