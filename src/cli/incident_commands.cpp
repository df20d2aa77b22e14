#include "cli/incident_commands.hpp"

#include <array>

#include "cli/command_options.hpp"
#include "cli/number_checks.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

void with_incident(CLI::App& app, Options& o) {
  app.add_option("incident", o.incident, "the incident's number")
      ->type_name("INCIDENT")
      ->check(an_incidents_number);
}

void with_incident_or_last(CLI::App& app, Options& o) {
  app.add_option("incident", o.incident, "the incident's number; last: the newest")
      ->type_name("INCIDENT")
      ->transform(number_or_last(an_incidents_number));
}

void list_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_flag("--open", o.open_only, "only those that are not over");
  app.add_option("--class", o.incident_class, "only of this class")->type_name("CLASS");
  with_times(app, o, "opened ");
  with_limit(app, o, "how many, the newest first (20)");
}

void open_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_option("--class", o.incident_class, "what it is (other)")->type_name("CLASS");
  with_reason(app, o);
}

void close_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  with_reason(app, o);
}

void note_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  app.add_option("--text", o.reason, "what to note; kept in the audit log")->type_name("TEXT");
}

void label_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  app.add_option("label", o.name, "the label: a-z, 0-9, dots, hyphens")->type_name("LABEL");
  app.add_flag("--remove", o.undo, "take it away");
  with_reason(app, o);
}

void set_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  app.add_option("--class", o.incident_class, "queued, deployment, slowness, node, store or other")
      ->type_name("CLASS");
  app.add_option("--severity", o.severity, "minor, major, critical, or rule")->type_name("LEVEL");
  app.add_option("--perceptible", o.perceptible, "whether users noticed: yes, no, or rule")
      ->type_name("WORD");
  app.add_option("--downtime", o.downtime, "whether it counts as downtime: yes, no, or rule")
      ->type_name("WORD");
  with_reason(app, o);
}

void merge_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  app.add_option("--into", o.into, "the incident that it becomes part of")
      ->type_name("INCIDENT")
      ->check(an_incidents_number);
  with_reason(app, o);
}

void split_options(CLI::App& app, Options& o) {
  with_incident(app, o);
  app.add_option("--flip", o.flip, "the flip that gets an incident of its own")
      ->type_name("FLIP")
      ->check(a_flips_number);
  with_reason(app, o);
}

constexpr std::array kIncidentCommands{
    Command{"incident list", "[POOL] [--open] [--class CLASS] [--since TIME] [--limit N] ...",
            "troubles from their onset to the recovery, the newest first",
            "CLASS is queued, deployment, slowness, node, store or other.\n\n"
            "  jobflip incident list --since 30d\n  jobflip incident list mail --open\n",
            list_options, perform_incident_list},
    Command{"incident show", "INCIDENT",
            "one incident: when what happened, how the queue stood, what was noted",
            "  jobflip incident show 7\n"
            "  jobflip incident show last\n",
            with_incident_or_last, perform_incident_show},
    Command{
        "incident open", "POOL --reason TEXT [--class CLASS]",
        "open an incident that jobflip did not see",
        "  jobflip incident open mail --class deployment --reason 'release 4.2 sends no mail'\n",
        open_options, perform_incident_open},
    Command{"incident close", "INCIDENT --reason TEXT", "the trouble is over",
            "One that jobflip opened is closed by the supervisor once the pool is well again.\n\n"
            "  jobflip incident close 7 --reason 'release 4.1 is back'\n",
            close_options, perform_incident_close},
    Command{"incident note", "INCIDENT --text TEXT", "keep a remark for the post-mortem",
            "  jobflip incident note 7 --text 'the mail server was being moved'\n", note_options,
            perform_incident_note},
    Command{"incident label", "INCIDENT LABEL --reason TEXT [--remove]",
            "give an incident a label, or take it away",
            "  jobflip incident label 7 vendor --reason 'caused by the provider'\n", label_options,
            perform_incident_label},
    Command{"incident set",
            "INCIDENT --reason TEXT [--class CLASS] [--severity LEVEL] [--downtime WORD] ...",
            "decide what a rule has decided otherwise",
            "The rules are in docs/incidents.md; `rule` gives the decision back to them.\n\n"
            "  jobflip incident set 7 --downtime no --reason 'announced maintenance'\n",
            set_options, perform_incident_set},
    Command{"incident merge", "INCIDENT --into INCIDENT --reason TEXT",
            "make an incident part of another one",
            "  jobflip incident merge 8 --into 7 --reason 'the same outage'\n", merge_options,
            perform_incident_merge},
    Command{"incident split", "INCIDENT --flip FLIP --reason TEXT",
            "give a flip an incident of its own",
            "  jobflip incident split 7 --flip 12 --reason 'another trouble'\n", split_options,
            perform_incident_split},
};

}  // namespace

std::span<const Command> incident_commands() {
  return kIncidentCommands;
}

}  // namespace jobflip::cli
