#pragma once
/// Reads the queues, with one reader for each database: a database that hangs, floods or refuses
/// delays no queue of another one.
///
/// Invariants:
///  - a reader is one thread. It reads one queue at a time, in the order of the requests. A queue
///    waits there at most once, so each gets its turn after those that already wait;
///  - there is a reader only for a database that the probe knows, so there are no more than are
///    configured, and only while the reader reads or a queue is read from its database;
///  - behind a reading that was quick and saw running jobs, their ids are read, for the record of a
///    flip: the reading itself has been handed over by then. Ids that take long, or fail, are left
///    alone for a while;
///  - a reading is cancelled at the deadline. The destructor cancels all of them at once.

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "jobflip/core/supervisor.hpp"
#include "jobflip/daemon/deadline_call.hpp"
#include "jobflip/ports/queue_probe.hpp"

namespace jobflip::daemon {

class SampleReaders {
 public:
  struct Parts {
    ports::QueueProbe* probe{};
    Millis deadline{};  // of one reading
    /// Whether a queue of this database is still read.
    std::function<bool(const std::string& database)> is_used;
    std::function<void(core::Sampled)> on_sampled;      // on the loop, never from within sample()
    std::function<void(core::RunningRead)> on_running;  // likewise
  };
  SampleReaders(boost::asio::io_context& loop, Parts parts);
  ~SampleReaders();
  SampleReaders(const SampleReaders&) = delete;
  SampleReaders& operator=(const SampleReaders&) = delete;

  void sample(const core::SampleQueue& wanted);
  /// Cancels every reading in progress: then their ends can be waited for together.
  void cancel();
  /// Drops the readings that have not begun.
  void drop_waiting();
  /// Ends each idle reader if no queue of its database is read any more.
  void end_unused();
  std::size_t size() const noexcept { return readers_.size(); }

 private:
  struct Reader {
    explicit Reader(boost::asio::io_context& loop) : call(loop) {}
    std::deque<core::SampleQueue> waiting;
    std::optional<core::SampleQueue> running_of;  // its ids come next
    Instant no_ids_before;
    DeadlineCall call;
  };

  void read_next(const std::string& database);
  void read_running(Reader& reader, const core::SampleQueue& of);
  void fail(const core::SampleQueue& wanted, const Error& error);

  boost::asio::io_context& loop_;
  Parts parts_;
  std::map<std::string, Reader> readers_;  // by database
  std::shared_ptr<SampleReaders*> self_;   // destroyed with us: later handlers do nothing
};

}  // namespace jobflip::daemon
