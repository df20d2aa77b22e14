#pragma once
/// Watches a flip that was asked for: prints each step as it happens, and says how it ended.

#include "cli/session.hpp"

namespace jobflip::cli {

struct FlipToFollow {
  FlipId id;
  PoolName pool;
  bool has_queues{true};  // if not, nobody will see a job complete: started is the end
  Millis give_up_after{};
  Millis verify_timeout{};    // how long the flip waits for a completed job
  std::int64_t deployment{};  // of which it is part; 0: of none
};

/// verified: done. ineffective, unverified, or started without anyone to verify it: incomplete.
/// failed and aborted: failed. Not ended in time, or no answer from the store: unknown.
ExitCode follow_flip(Session& session, ports::ReaderStore& store, const FlipToFollow& flip);

}  // namespace jobflip::cli
