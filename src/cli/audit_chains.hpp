#pragma once
/// --pool, as the verbs that read the audit log take it: the name of a chain.

#include "cli/session.hpp"

namespace jobflip::cli {

/// A usage error, printed, if --pool can't be a name. `done` without --pool.
ExitCode check_chain_name(Session& session);

/// `done` if the chain that --pool names is there. Else an error that lists the chains.
ExitCode no_such_chain(Session& session, ports::ReaderStore& store);

}  // namespace jobflip::cli
