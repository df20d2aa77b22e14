#pragma once
/// The options that each command declares, and the member of Options that each one sets.

#include <CLI/CLI.hpp>

#include "cli/session.hpp"

namespace jobflip::cli {

void with_flip(CLI::App& app, Options& options);
void with_pool(CLI::App& app, Options& options);
void with_reason(CLI::App& app, Options& options);
void with_limit(CLI::App& app, Options& options, const std::string& text);
/// `what` happened then: "opened "; "": the event.
void with_times(CLI::App& app, Options& options, const std::string& what = "");
void no_options(CLI::App& app, Options& options);
void init_options(CLI::App& app, Options& options);
void migrate_options(CLI::App& app, Options& options);
void logins_options(CLI::App& app, Options& options);
void agent_file_options(CLI::App& app, Options& options);
void supervisor_file_options(CLI::App& app, Options& options);
void apply_options(CLI::App& app, Options& options);
void config_options(CLI::App& app, Options& options);
void adopt_options(CLI::App& app, Options& options);
void demo_options(CLI::App& app, Options& options);
void status_options(CLI::App& app, Options& options);
void check_options(CLI::App& app, Options& options);
void flip_options(CLI::App& app, Options& options);
void abort_options(CLI::App& app, Options& options);
void ack_options(CLI::App& app, Options& options);
void pause_options(CLI::App& app, Options& options);
void resume_options(CLI::App& app, Options& options);
void drain_options(CLI::App& app, Options& options);
void show_options(CLI::App& app, Options& options);
void postmortem_options(CLI::App& app, Options& options);
void report_options(CLI::App& app, Options& options);
void history_options(CLI::App& app, Options& options);
void audit_list_options(CLI::App& app, Options& options);
void events_options(CLI::App& app, Options& options);
void audit_export_options(CLI::App& app, Options& options);
void probe_options(CLI::App& app, Options& options);
void learn_options(CLI::App& app, Options& o);
void backtest_options(CLI::App& app, Options& options);
void doctor_options(CLI::App& app, Options& options);
void audit_verify_options(CLI::App& app, Options& options);
void audit_prune_options(CLI::App& app, Options& options);
void help_options(CLI::App& app, Options& options);
void completion_options(CLI::App& app, Options& options);
void complete_options(CLI::App& app, Options& options);

}  // namespace jobflip::cli
