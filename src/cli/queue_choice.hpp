#pragma once
/// The queue that a person names: QUEUE, or POOL/QUEUE if several pools have one of that name.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::cli {

struct ChosenQueue {
  PoolName pool;
  core::QueueSettings settings;
  Millis hold_down{30'000};  // of the pool
  WallTime store_time;       // if it was read from the store
};

/// The error lists the queues that there are.
Result<ChosenQueue> choose_queue(const std::vector<core::PoolSettings>& pools,
                                 const std::string& word);
Result<ChosenQueue> choose_queue_of_store(Session& session, const std::string& word);

/// By the options QUEUE and --file, which has pools that need not be applied; else by the store. Or
/// the exit code of an error that was printed.
std::variant<ChosenQueue, ExitCode> choose_named_queue(Session& session);

/// A source and what it belongs to.
struct OpenSource {
  std::unique_ptr<ports::QueueProbe> probe;
  std::shared_ptr<ports::QueueSource> source;
};
/// Where the queue's jobs are, by --database or the supervisor's file. Or an exit code, as above.
std::variant<OpenSource, ExitCode> open_source(Session& session, const core::QueueSettings& queue);

}  // namespace jobflip::cli
