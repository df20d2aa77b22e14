#pragma once
/// Queues of jobs and their workers on a virtual clock. The model knows everything; what a probe
/// shows of it is made in reading.hpp.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "detector/profile.hpp"
#include "detector/random.hpp"

namespace jobflip::detsim {

/// The truth about one queue.
struct Row {
  std::int64_t due{};
  Millis oldest_due{};
  std::int64_t running{};
  Millis oldest_running{};
  std::int64_t done{};
  std::optional<Millis> last_done;
  std::int64_t failed_attempts{};
  std::int64_t given_up{};
  std::int64_t claims{};
  std::int64_t deferred{};
  Millis oldest_deferred{};
  std::uint64_t head{};
  std::int64_t done_in_window{};  // the last 5 minutes
  std::int64_t most_running{};    // workers
  bool paused{false};
};

class Model {
 public:
  Model(const Profile& profile, Random random);

  void run_until(Millis now);
  Row row_of(std::size_t queue) const;
  /// The trouble of that kind at this time.
  const Trouble* trouble(TroubleKind kind) const;

  /// Fresh workers, which may be what the last trouble needed. What the old ones held shows as
  /// running until somebody gives it back.
  void flip(Millis given_back_after, bool cures);

 private:
  struct Job {
    std::uint64_t id{};
    Millis due{};
    Millis claimed{};
    Millis failed_at{};
    int attempts{0};
    bool poison{false};
  };
  struct Worker {
    bool busy{false};
    bool hung{false};
    bool will_hang{false};  // in the next job that it has
    bool fails{false};      // the attempt that it makes
    std::size_t queue{0};
    Job job;
    std::deque<Job> fetched;
    std::uint64_t attempt{0};  // an event of an earlier one is void
  };
  struct Queue {
    std::deque<Job> due;
    std::map<std::uint64_t, Job> deferred;  // by id
    std::vector<Job> orphans;               // held by nobody who lives
    std::deque<Millis> done_at;
    Row counts;
  };
  enum class What { arrival, batch, ended, retry, round, hour, trouble, unblocked, given_back };
  struct Event {
    Millis at;
    std::uint64_t number;
    What what;
    std::size_t place;
    std::uint64_t tag;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  void plan(Millis at, What what, std::size_t place = 0, std::uint64_t tag = 0);
  void happen(const Event& event);
  void arrive(std::size_t queue, int count);
  void begin_trouble(const Trouble& trouble);
  void end_trouble(const Trouble& trouble);
  void end_attempt(std::size_t worker);
  void fail(std::size_t queue, Job job);
  void make_due(std::size_t queue, Job job);
  bool has_quota() const;
  bool may_claim() const;
  void serve();
  bool take_jobs(Worker& worker);
  void begin_attempt(std::size_t worker);

  const Profile& profile_;
  Random random_;
  Millis now_{};
  std::priority_queue<Event> events_;
  std::uint64_t planned_{0};
  std::uint64_t ids_{0};
  std::vector<Queue> queues_;
  std::vector<Worker> workers_;
  int quota_left_{0};
  int round_left_{0};
  std::optional<int> arrivals_left_;
  Millis blocked_until_{};  // behind the poisoned head
  bool cured_{false};
};

}  // namespace jobflip::detsim
