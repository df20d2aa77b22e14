#pragma once
/// The functions of the verbs; the table in commands.cpp has their names.

#include "cli/session.hpp"

namespace jobflip::cli {

// the schema and the settings
ExitCode perform_init(Session& session);
ExitCode perform_migrate(Session& session);
ExitCode perform_logins(Session& session);
ExitCode perform_apply(Session& session);
// this host
ExitCode perform_config_agent(Session& session);
ExitCode perform_config_supervisor(Session& session);
ExitCode perform_adopt(Session& session);
ExitCode perform_probe(Session& session);
ExitCode perform_learn(Session& session);
ExitCode perform_backtest(Session& session);
ExitCode perform_doctor(Session& session);
// the programs
ExitCode perform_agent(Session& session);
ExitCode perform_supervisor(Session& session);
ExitCode perform_guard(Session& session);
ExitCode perform_demo(Session& session);
// looking
ExitCode perform_status(Session& session);
ExitCode perform_check(Session& session);
ExitCode perform_explain(Session& session);
ExitCode perform_history(Session& session);
ExitCode perform_events(Session& session);
ExitCode perform_show(Session& session);
ExitCode perform_postmortem(Session& session);
ExitCode perform_report(Session& session);
ExitCode perform_audit_list(Session& session);
ExitCode perform_audit_export(Session& session);
ExitCode perform_audit_verify(Session& session);
ExitCode perform_incident_list(Session& session);
ExitCode perform_incident_show(Session& session);
ExitCode perform_audit_prune(Session& session);
ExitCode perform_deploy_list(Session& session);
ExitCode perform_service_list(Session& session);
ExitCode perform_service_show(Session& session);
ExitCode perform_service_check(Session& session);
// changing
ExitCode perform_flip(Session& session);
ExitCode perform_abort(Session& session);
ExitCode perform_ack(Session& session);
ExitCode perform_pause(Session& session);
ExitCode perform_resume(Session& session);
ExitCode perform_drain(Session& session);
ExitCode perform_undrain(Session& session);
ExitCode perform_incident_open(Session& session);
ExitCode perform_incident_close(Session& session);
ExitCode perform_incident_note(Session& session);
ExitCode perform_incident_label(Session& session);
ExitCode perform_incident_set(Session& session);
ExitCode perform_incident_merge(Session& session);
ExitCode perform_incident_split(Session& session);
ExitCode perform_deploy_start(Session& session);
ExitCode perform_deploy_flip(Session& session);
ExitCode perform_deploy_done(Session& session);
ExitCode perform_deploy_rollback(Session& session);
ExitCode perform_service_maintenance(Session& session);
// about the program
ExitCode perform_version(Session& session);
ExitCode perform_help(Session& session);
ExitCode perform_cli_reference(Session& session);
ExitCode perform_manual_page(Session& session);
ExitCode perform_completion(Session& session);
ExitCode perform_complete(Session& session);

}  // namespace jobflip::cli
