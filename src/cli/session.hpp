#pragma once
/// One run of one verb: its options, the world, and its output. Results go to `out`; messages go to
/// `err`, in the style of repmgr:
///
///   ERROR: pool "mail" can't be flipped now: pause
///   DETAIL: paused until 2026-11-23 05:00:00Z by ops: deploy
///   HINT: end the pause with `jobflip resume mail`

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "cli/paint.hpp"
#include "cli/table.hpp"
#include "jobflip/cli/exit_code.hpp"
#include "jobflip/cli/world.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::cli {

class Session {
 public:
  Session(World& world, Options options);

  const StoreAccess& stores() const { return world_.store; }
  const HostAccess& host() const { return world_.host; }
  const Terminal& terminal() const { return world_.terminal; }
  const Hooks& hooks() const { return world_.hooks; }
  const std::string& version() const { return world_.version; }
  const Options& options() const { return options_; }
  Format format() const { return format_; }
  const Paint& paint() const { return paint_; }
  std::ostream& out() { return *world_.terminal.out; }

  void notice(std::string_view text);
  void warning(std::string_view text);
  void hint(std::string_view text);  // behind a warning
  /// Prints the error and returns `code`. For a program (--format json) it is a document, too,
  /// unless there was one already.
  ExitCode error(ExitCode code, std::string_view text, std::string_view detail = "",
                 std::string_view hint = "");
  ExitCode usage(std::string_view text, std::string_view hint = "");
  /// For a call that changed nothing.
  ExitCode fail(const Error& error);
  /// For a call that may have changed something: without an answer, nobody knows.
  ExitCode fail_change(const Error& error, std::string_view how_to_look);

  /// The width of `out`; kUnlimited if it is not a terminal.
  std::size_t width() const;
  /// One line of text, wrapped at words if the terminal is narrower.
  void line(std::string_view text, Style style = Style::plain, std::size_t indent = 0);
  void print(const Table& table);  // as --format says; not for json
  void print(const nlohmann::ordered_json& document);
  /// One of many documents, each in a line of its own.
  void print_line(const nlohmann::ordered_json& document);

  /// A usage error if it contains a password.
  Result<std::string> conninfo() const;
  Result<std::unique_ptr<ports::ReaderStore>> reader();
  /// For completion: it gives up after a second.
  Result<std::unique_ptr<ports::ReaderStore>> quick_reader();
  Result<std::unique_ptr<ports::OperatorStore>> operator_store();
  /// The same, after one read: so a store that is down differs from a change without an answer.
  Result<std::unique_ptr<ports::OperatorStore>> reached_operator_store();
  Result<std::unique_ptr<ports::SchemaAdmin>> schema_admin();
  Result<std::unique_ptr<ports::LoginAdmin>> login_admin();
  Result<std::unique_ptr<ports::AuditPruner>> audit_pruner();
  Result<std::unique_ptr<ports::DoctorStore>> doctor_store();

  /// Who asks and why; the Error names what is wrong with either.
  Result<core::OperatorContext> person(std::string_view reason_option = "--reason") const;
  /// For a reason that was typed in after the command.
  Result<core::OperatorContext> person_because(std::string_view reason) const;
  /// If a reason is optional: `fallback` if none was given.
  Result<core::OperatorContext> person_or(std::string_view fallback) const;

 private:
  template <class Store>
  Result<Store> opened(const std::function<Result<Store>(const std::string&)>& open) const;
  void say(std::string_view word, Style style, std::string_view text);
  void say_lines(std::string_view word, std::string_view text);

  World& world_;
  Options options_;
  Format format_;
  Paint paint_;  // of out
  Paint err_paint_;
  bool printed_document_{false};
};

/// The pool of that name, or the Error that asks whether another one was meant.
Result<const core::PoolView*> find_pool(const core::Snapshot& snapshot, std::string_view name);

/// Prints every error in a file; returns `usage`.
ExitCode show_errors(Session& session, const config::ConfigErrors& errors);

}  // namespace jobflip::cli
