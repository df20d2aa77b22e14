/// The verbs that change an incident: each is one call of the store, and set several.

#include <fmt/format.h>

#include "cli/answer_view.hpp"
#include "cli/incident_words.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

using What = core::IncidentChange::What;

Result<IncidentId> typed_incident(const Session& session) {
  if (session.options().incident == 0)
    return Error{ErrorCode::usage, "INCIDENT is missing", std::string{kListIncidents}};
  return IncidentId{session.options().incident};
}

/// `done`: what to say of the incident then. `verb`: what it could not be, if it is refused.
ExitCode change(Session& session, What what, const std::string& value, const std::string& done,
                std::string_view verb = "changed", std::string_view reason_option = "--reason") {
  const auto incident = typed_incident(session);
  if (!incident) return session.fail(incident.error());
  const auto by = session.person(reason_option);
  if (!by) return session.fail(by.error());
  auto store = session.reached_operator_store();
  if (!store) return session.fail(store.error());
  const auto look = fmt::format("look with `jobflip incident show {}`", incident->value);
  return show_answer(session, (*store)->change_incident({*incident, what, value}, *by),
                     fmt::format("incident {}{}", incident->value, done),
                     fmt::format("incident {} can't be {}", incident->value, verb),
                     nlohmann::ordered_json::object(), look);
}

struct Decision {
  What what{};
  std::string option, value;
};

Result<Decision> typed_decision(const Options& o) {
  std::vector<Decision> all;
  const auto add = [&](What what, const char* option, const std::string& value) {
    if (!value.empty()) all.push_back({what, option, value});
  };
  add(What::kind, "--class", o.incident_class);
  add(What::severity, "--severity", o.severity);
  add(What::perceptible, "--perceptible", o.perceptible);
  add(What::downtime, "--downtime", o.downtime);
  if (all.size() != 1)
    return Error{ErrorCode::usage,
                 all.empty() ? "there is nothing to set" : "one decision at a time",
                 "name one of --class, --severity, --perceptible and --downtime: each decision has "
                 "its reason"};
  const auto& [what, option, v] = all.front();
  if (what == What::kind) {
    if (const auto kind = typed_class(v); !kind) return kind.error();
  } else if (what == What::severity) {
    if (v != "rule" && !core::parse_severity(v))
      return Error{ErrorCode::usage, fmt::format("--severity is \"{}\"", printable(v, 60)),
                   "it is minor, major, critical, or rule"};
  } else if (v != "yes" && v != "no" && v != "rule") {
    return Error{ErrorCode::usage, fmt::format("{} is \"{}\"", option, printable(v, 60)),
                 "it is yes, no, or rule"};
  }
  return all.front();
}

}  // namespace

ExitCode perform_incident_open(Session& session) {
  const auto& o = session.options();
  if (o.pool.empty()) return session.usage("POOL is missing", "`jobflip status` lists the pools");
  const auto kind = typed_class(o.incident_class.empty() ? "other" : o.incident_class);
  if (!kind) return session.fail(kind.error());
  const auto by = session.person();
  if (!by) return session.fail(by.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  const auto snapshot = (*reader)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto pool = find_pool(*snapshot, o.pool);
  if (!pool) return session.fail(pool.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto answer = (*store)->open_incident((*pool)->settings.name, *kind, *by);
  return show_answer(session, answer, answer ? answer->sentence : "",
                     fmt::format("{} can't have another incident", (*pool)->settings.name.str()),
                     nlohmann::ordered_json::object(), "look with `jobflip incident list --open`");
}

ExitCode perform_incident_close(Session& session) {
  return change(session, What::close, "", " is closed");
}

ExitCode perform_incident_note(Session& session) {
  return change(session, What::note, "", ": noted", "noted on", "--text");
}

ExitCode perform_incident_label(Session& session) {
  const auto& o = session.options();
  if (o.name.empty()) return session.usage("LABEL is missing", "such as vendor or human-error");
  if (const auto why = why_not_a_name(o.name); !why.empty())
    return session.usage(fmt::format("label \"{}\": {}", printable(o.name, 60), why),
                         "use up to 63 letters a-z, digits, dots, hyphens and underscores");
  return o.undo ? change(session, What::unlabel, o.name, ": the label " + o.name + " is gone")
                : change(session, What::label, o.name, ": labelled " + o.name);
}

ExitCode perform_incident_set(Session& session) {
  const auto decision = typed_decision(session.options());
  if (!decision) return session.fail(decision.error());
  return change(session, decision->what, decision->value,
                fmt::format(": {} {}", core::name_of(decision->what), decision->value));
}

ExitCode perform_incident_merge(Session& session) {
  const auto into = session.options().into;
  if (into == 0) return session.usage("--into is missing", std::string{kListIncidents});
  return change(session, What::merge, std::to_string(into),
                fmt::format(" is part of incident {} now", into), "merged");
}

ExitCode perform_incident_split(Session& session) {
  const auto flip = session.options().flip;
  if (flip == 0)
    return session.usage("--flip is missing", "`jobflip incident show INCIDENT` names its flips");
  return change(session, What::split, std::to_string(flip),
                fmt::format(": flip {} has an incident of its own now", flip), "split");
}

}  // namespace jobflip::cli
