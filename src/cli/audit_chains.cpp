#include "cli/audit_chains.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

ExitCode check_chain_name(Session& session) {
  const auto& name = session.options().pool;
  const auto why = name.empty() ? "" : why_not_a_name(name);
  if (why.empty()) return ExitCode::done;
  return session.usage(fmt::format("--pool \"{}\" can't be used: {}", printable(name, 60), why));
}

ExitCode no_such_chain(Session& session, ports::ReaderStore& store) {
  const auto heads = store.audit_heads();
  if (!heads) return session.fail(heads.error());
  const auto& wanted = session.options().pool;
  std::vector<std::string> names;
  for (const auto& head : *heads) {
    if (head.chain == wanted) return ExitCode::done;
    names.push_back(printable(head.chain, 63));
  }
  const auto near = config::nearest_word(wanted, names);
  const auto meant = near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near);
  return session.error(
      ExitCode::usage, fmt::format("there is no chain \"{}\"", printable(wanted, 63)), "",
      names.empty() ? "" : fmt::format("{}chains are: {}", meant, fmt::join(names, ", ")));
}

}  // namespace jobflip::cli
