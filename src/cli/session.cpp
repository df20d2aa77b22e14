#include "cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/core/operator_words.hpp"
#include "jobflip/view/json_text.hpp"
#include "jobflip/view/json_view.hpp"

namespace jobflip::cli {
namespace {

constexpr std::string_view kDefaultStore = "service=jobflip";

Format format_of(const std::string& word) {
  return word == "json" ? Format::json : word == "tsv" ? Format::tsv : Format::table;
}

bool wants_color(const HostAccess& host, const std::string& when, bool is_terminal) {
  if (when == "always") return true;
  if (when == "never" || !is_terminal) return false;
  const auto no_color = host.environment("NO_COLOR");
  const auto terminal = host.environment("TERM");
  return (!no_color || no_color->empty()) && terminal != "dumb";
}

std::string first_set(const HostAccess& host, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (const auto value = host.environment(name); value && !value->empty()) return *value;
  }
  return "";
}

/// libpq's errors have several lines: "; " between them reads better than an escaped line break.
std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto begin = std::min(text.find_first_not_of(" \t\r", at), end);
    if (begin < end)
      out += (out.empty() ? "" : "; ") + std::string{text.substr(begin, end - begin)};
    at = end + 1;
  }
  return out;
}

/// Nobody named a store, and libpq's word for that is of a service that nobody knows either.
Error without_a_store(Error error, bool is_default) {
  if (!is_default || error.text.find("definition of service") == std::string::npos) return error;
  return {error.code, "no store was named",
          "use --store or $JOBFLIP_STORE, such as --store \"host=db dbname=jobflip user=ada\", or "
          "define [jobflip] in ~/.pg_service.conf"};
}

}  // namespace

std::string_view name_of(ExitCode code) noexcept {
  const auto found = std::ranges::find(kExitCodes, code, &ExitCodeMeaning::code);
  return found == kExitCodes.end() ? "?" : found->name;
}

ExitCode exit_code_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::config:
    case ErrorCode::not_found:
      return ExitCode::usage;
    case ErrorCode::refused:
      return ExitCode::refused;
    case ErrorCode::store_unreachable:
    case ErrorCode::store_timeout:
    case ErrorCode::store_full:
    case ErrorCode::store_read_only:
      return ExitCode::store_unreachable;
    case ErrorCode::audit_broken:
      return ExitCode::audit_broken;
    default:
      return ExitCode::failed;
  }
}

Session::Session(World& world, Options options)
    : world_(world),
      options_(std::move(options)),
      format_(format_of(options_.format)),
      paint_(wants_color(world.host, options_.color, world.terminal.out_is_terminal)),
      err_paint_(wants_color(world.host, options_.color, world.terminal.err_is_terminal)) {}

void Session::say(std::string_view word, Style style, std::string_view text) {
  world_.terminal.out->flush();  // the two streams often end on one terminal: keep their order
  *world_.terminal.err << err_paint_(style, word) << ": " << printable(text) << '\n' << std::flush;
}

/// A hint may have lines to copy. Those after the first are indented, so that text quoted in a hint
/// can't look like a message of its own.
void Session::say_lines(std::string_view word, std::string_view text) {
  const auto first = text.substr(0, text.find('\n'));
  say(word, Style::plain, first);
  for (auto at = first.size(); at < text.size();) {
    const auto line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    *world_.terminal.err << "  " << printable(line) << '\n' << std::flush;
    at += 1 + line.size();
  }
}

void Session::notice(std::string_view text) {
  say("NOTICE", Style::dim, text);
}
void Session::warning(std::string_view text) {
  say("WARNING", Style::warn, text);
}
void Session::hint(std::string_view text) {
  say_lines("HINT", text);
}

ExitCode Session::error(ExitCode code, std::string_view text, std::string_view detail,
                        std::string_view hint) {
  say("ERROR", Style::bad, text);
  if (!detail.empty()) say("DETAIL", Style::plain, detail);
  if (!hint.empty()) say_lines("HINT", hint);
  if (format_ == Format::json && !printed_document_)
    print(view::error_json(to_int(code), name_of(code), text, detail, hint));
  return code;
}

ExitCode Session::usage(std::string_view text, std::string_view hint) {
  return error(ExitCode::usage, text, "", hint);
}

ExitCode Session::fail(const Error& reported) {
  // whether there is a store is often seen at the first call only
  const auto address = conninfo();
  const auto failure = without_a_store(reported, address && *address == kDefaultStore);
  return error(exit_code_of(failure.code), one_line(failure.text), "", failure.hint);
}

ExitCode Session::fail_change(const Error& failure, std::string_view how_to_look) {
  const bool unanswered =
      failure.code == ErrorCode::store_unreachable || failure.code == ErrorCode::store_timeout;
  if (!unanswered) return fail(failure);
  return error(ExitCode::unknown, "the store gave no answer: it is not known whether this was done",
               one_line(failure.text), how_to_look);
}

void Session::print(const Table& table) {
  if (format_ == Format::tsv) {
    print_tsv(out(), table);
  } else {
    print_table(out(), table, paint_, width());
  }
}

std::size_t Session::width() const {
  return width_of(world_.terminal.out_is_terminal, world_.terminal.out_columns(),
                  first_set(world_.host, {"COLUMNS"}));
}

void Session::line(std::string_view text, Style style, std::size_t indent) {
  print_wrapped(out(), text, width(), indent, paint_, style);
}

void Session::print(const nlohmann::ordered_json& document) {
  printed_document_ = true;
  out() << view::json_text(document, 2) << '\n';
}

void Session::print_line(const nlohmann::ordered_json& document) {
  printed_document_ = true;
  out() << view::json_text(document, -1) << '\n';
}

Result<std::string> Session::conninfo() const {
  const bool by_option = !options_.store.empty();
  auto address = by_option ? options_.store : first_set(world_.host, {"JOBFLIP_STORE"});
  if (address.empty()) return std::string{kDefaultStore};
  const auto why = config::why_not_conninfo(address);
  if (why.empty()) return address;
  const auto* source = by_option ? "--store" : "$JOBFLIP_STORE";
  if (why != config::kHoldsPassword)
    return Error{ErrorCode::usage, fmt::format("{} can't be used: {}", source, why),
                 "write it as libpq wants it, such as \"host=db dbname=app user=ops\""};
  return Error{ErrorCode::usage,
               fmt::format("{} can't be used: it holds a password, which the process list, the "
                           "shell's history and logs would keep",
                           source),
               "leave it out, put it into ~/.pgpass (host:port:database:user:password, chmod 600) "
               "or a service file of libpq, and change one that others may have seen"};
}

template <class Store>
Result<Store> Session::opened(const std::function<Result<Store>(const std::string&)>& open) const {
  const auto address = conninfo();
  if (!address) return address.error();
  auto store = open(*address);
  if (!store) return without_a_store(store.error(), *address == kDefaultStore);
  return store;
}

Result<std::unique_ptr<ports::ReaderStore>> Session::reader() {
  return opened(world_.store.open_reader);
}

Result<std::unique_ptr<ports::ReaderStore>> Session::quick_reader() {
  return opened(world_.store.open_quick_reader);
}

Result<std::unique_ptr<ports::OperatorStore>> Session::reached_operator_store() {
  auto looked = reader();
  if (!looked) return looked.error();
  const auto snapshot = (*looked)->snapshot();
  // a state that can't be read must not keep anybody from repairing it
  const auto code = snapshot ? ErrorCode::store_failed : snapshot.error().code;
  if (code != ErrorCode::store_failed && code != ErrorCode::store_timeout) return snapshot.error();
  return operator_store();
}

Result<std::unique_ptr<ports::SchemaAdmin>> Session::schema_admin() {
  return opened(world_.store.open_schema);
}

Result<std::unique_ptr<ports::AuditPruner>> Session::audit_pruner() {
  return opened(world_.store.open_pruner);
}

Result<std::unique_ptr<ports::LoginAdmin>> Session::login_admin() {
  return opened(world_.store.open_logins);
}

Result<std::unique_ptr<ports::DoctorStore>> Session::doctor_store() {
  return opened(world_.store.open_doctor);
}

Result<std::unique_ptr<ports::OperatorStore>> Session::operator_store() {
  return opened(world_.store.open_operator);
}

Result<core::OperatorContext> Session::person(std::string_view option) const {
  const auto& reason = options_.reason;
  if (const auto why = core::why_not_a_reason(reason); !why.empty())
    return Error{ErrorCode::usage, fmt::format("{} {}", option, why),
                 "say in one sentence why: it is kept in the audit log"};
  auto actor = options_.actor;
  if (actor.empty()) actor = first_set(world_.host, {"SUDO_USER", "USER"});
  if (actor.empty()) actor = world_.host.login_name;
  if (const auto why = core::why_not_claimed(actor); !why.empty())
    return Error{ErrorCode::usage, "--actor " + why, "give the name that colleagues know you by"};
  return core::OperatorContext{actor, reason};
}

Result<core::OperatorContext> Session::person_because(std::string_view reason) const {
  Session copy = *this;
  copy.options_.reason = reason;
  return copy.person("the reason");
}

Result<core::OperatorContext> Session::person_or(std::string_view fallback) const {
  return options_.reason.empty() ? person_because(fallback) : person();
}

Result<const core::PoolView*> find_pool(const core::Snapshot& snapshot, std::string_view name) {
  std::vector<std::string> words;
  for (const auto& pool : snapshot.pools) {
    if (pool.settings.name.str() == name) return &pool;
    words.push_back(pool.settings.name.str());
  }
  for (const auto& text : snapshot.damaged) {
    if (text.starts_with(fmt::format("pool {}:", printable(name, 63))))
      return Error{ErrorCode::store_failed, text, "`jobflip doctor` lists what is damaged"};
  }
  const auto near = config::nearest_word(name, words);
  std::string hint = near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
  if (words.empty()) hint = "there are no pools yet: create them with `jobflip apply FILE`";
  if (hint.empty()) hint = fmt::format("pools are: {}", fmt::join(words, ", "));
  return Error{ErrorCode::not_found, fmt::format("there is no pool \"{}\"", printable(name, 80)),
               hint};
}

}  // namespace jobflip::cli
