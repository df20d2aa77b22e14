#include "probe/query_fault.hpp"

#include <algorithm>
#include <array>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/lines.hpp"
#include "probe/embedded_sql.hpp"
#include "probe/joined.hpp"
#include "probe/reading_error.hpp"

namespace jobflip::probe {
namespace {

constexpr std::size_t kShown = 300;  // of names in a hint

struct Words {
  std::string_view before;
  std::string_view after;
  Fault fault;
};

constexpr std::array kWords{
    Words{"permission denied for schema ", "", Fault::denied_schema},
    Words{"permission denied for table ", "", Fault::denied_table},
    Words{"permission denied for view ", "", Fault::denied_table},
    Words{"permission denied for materialized view ", "", Fault::denied_table},
    Words{"permission denied for foreign table ", "", Fault::denied_table},
    Words{"permission denied for function ", "", Fault::denied_function},
    Words{"affected by row-level security policy for table \"", "\"", Fault::hidden_rows},
    Words{"relation \"", "\" does not exist", Fault::no_table},
};

bool says(std::string_view text, std::string_view words) {
  return text.find(words) != text.npos;
}

/// What the statement looks for: "denied", "hidden" or "absent".
const char* kind_of(Fault fault) {
  if (fault == Fault::hidden_rows) return "hidden";
  return fault == Fault::no_table ? "absent" : "denied";
}

std::vector<std::string> names_of(std::string_view text) {
  auto out = lines_of(text);
  for (auto& name : out) name = printable(name, kShown);
  return out;
}

std::optional<SessionFacts> facts_of(pg::Connection& connection, const Mention& mention) {
  if (!connection.session()) return std::nullopt;
  const auto sql = std::ranges::find(embedded_sql(), "fault.sql", &EmbeddedSql::name);
  const auto rows = connection.query_read_only("look into an error", std::string{sql->text}.c_str(),
                                               {mention.name, kind_of(mention.fault)},
                                               pg::SearchPath::catalog_only);
  if (!rows || rows->size() != 1) return std::nullopt;
  auto cells = rows->row(0);
  SessionFacts out;
  for (auto* text : {&out.login, &out.database, &out.search_path, &out.name})
    *text = printable(cells.text(), kShown);
  const auto tables = names_of(cells.text()), functions = names_of(cells.text());
  out.objects = mention.fault == Fault::denied_function ? functions : tables;
  out.locks = names_of(cells.text());
  return out;
}

/// "app.job", or what is known of it.
std::string object_of(const SessionFacts& facts) {
  if (facts.objects.empty()) return facts.name + " (write its schema before it)";
  return joined(facts.objects, ", ") +
         (facts.objects.size() > 1 ? " (whichever the query means)" : "");
}

std::string grant_for(Fault fault, const SessionFacts& facts) {
  const auto what = fault == Fault::denied_schema  ? "usage on schema " + facts.name
                    : fault == Fault::denied_table ? "select on " + object_of(facts)
                                                   : "execute on function " + object_of(facts);
  return "in database " + facts.database + ": grant " + what + " to " + facts.login;
}

/// psql with another search_path may find what this session does not.
std::string path_of(const SessionFacts& facts) {
  const bool is_empty = facts.search_path.empty() || facts.search_path == "\"\"";
  return "the search_path of " + facts.login + " is " +
         (is_empty ? std::string{"empty"} : facts.search_path);
}

std::string hint_of_no_table(const SessionFacts& facts) {
  if (facts.objects.empty())
    return "database " + facts.database + " has no table of this name: is it the right database? " +
           "A name is written as schema.table, since " + path_of(facts);
  return "write " + joined(facts.objects, " or ") + ": " + path_of(facts);
}

std::string by_hand(const std::optional<SessionFacts>& facts) {
  if (!facts) return "try the query by hand";
  return "try the query by hand, as " + facts->login + " in database " + facts->database + " (" +
         path_of(*facts) + ")";
}

std::string hint_of_slow(const core::QueueSettings& queue) {
  return "it is slow, or waits for a lock or a disk: `jobflip probe " + queue.name.str() +
         " --explain` shows its plan. It may need an index; until it has one, an entry of its own "
         "in [databases] keeps it from delaying other queues";
}

/// Another session's lock: which one is known only while it still holds it.
Error locked(Error error, const std::optional<SessionFacts>& facts) {
  if (facts && !facts->locks.empty()) {
    error.text += "; " + joined(facts->locks, ", ");
    error.hint = "try again when that transaction has ended; a migration should set lock_timeout";
  } else {
    error.hint =
        "another session held a lock on what is read, such as a migration: try again "
        "when it has ended";
  }
  return error;
}

Error hidden(Error error, const std::optional<SessionFacts>& facts) {
  const auto login = facts ? facts->login : "the login";
  if (facts && !facts->objects.empty()) error.text += " (" + joined(facts->objects, ", ") + ")";
  error.text += ": it may hide rows from " + login + ", and a queue that is hidden looks idle";
  error.hint = "alter role " + login + " bypassrls, or let the query read a view of the table's " +
               "owner, who sees every row; a policy is not enough";
  return error;
}

/// The hint of a query that is not ours; "" if the server's own is best.
std::string hint_of_query(const Mention& mention, const Error& error,
                          const std::optional<SessionFacts>& facts) {
  const bool is_denied = mention.fault == Fault::denied_schema ||
                         mention.fault == Fault::denied_table ||
                         mention.fault == Fault::denied_function;
  if (is_denied && facts) return grant_for(mention.fault, *facts);
  if (mention.fault == Fault::no_table && facts) return hint_of_no_table(*facts);
  // a statement that works by hand may not work inside of another one, as it runs here
  if (error.hint.empty() && says(error.text, "syntax error"))
    return "it must be one SELECT, with nothing behind it; " + by_hand(facts);
  if (error.hint.empty()) return by_hand(facts);
  if (facts && says(error.text, "does not exist"))
    return error.hint + "; a function or type is written with its schema: " + path_of(*facts);
  return error.hint;
}

}  // namespace

Mention mention_in(std::string_view text) {
  for (const auto& words : kWords) {
    const auto at = text.find(words.before);
    if (at == text.npos) continue;
    const auto name = text.substr(at + words.before.size());
    const auto end = words.after.empty() ? name.size() : name.rfind(words.after);
    if (end == name.npos) continue;
    return {words.fault, std::string{name.substr(0, end)}};
  }
  return {};
}

Error explained(Error error, const core::QueueSettings& queue,
                const std::optional<SessionFacts>& facts) {
  const auto mention = mention_in(error.text);
  const auto code = std::exchange(error.code, code_of_reading(error.code));
  if (code == ErrorCode::store_timeout && !says(error.text, "call was cut"))
    error.hint = hint_of_slow(queue);
  else if (code == ErrorCode::store_conflict && says(error.text, "lock"))
    return locked(std::move(error), facts);
  else if (mention.fault == Fault::hidden_rows)
    return hidden(std::move(error), facts);
  else if (!queue.preset)
    error.hint = hint_of_query(mention, error, facts);
  else if (error.hint.empty())
    error.hint = "docs/presets.md says what the preset reads";  // the statement is ours
  return error;
}

Error explained(Error error, const core::QueueSettings& queue, pg::Connection& connection) {
  const auto facts = facts_of(connection, mention_in(error.text));
  return explained(std::move(error), queue, facts);
}

}  // namespace jobflip::probe
