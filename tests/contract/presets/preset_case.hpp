#pragma once
/// A generation of a queue system as the tests of the presets see it: one file in cases/, in parts.
///
///   -- preset: NAME, and in the same form any of schema, prefix, table, queue
///   -- without: TABLE  a table that this generation does not have yet: there is nothing to grant
///   -- upstream: FILES of the system's source, or its package: what the case was checked against
///   -- part tables     the system's tables, with its own names and types, and as it owns them
///   -- part rows       jobs in every state; ages are whole minutes, so that the test may be slow
///   -- part expect     the sample of the queue, a line for each value: "runnable 3". Ages are in
///                      whole half minutes. "some": any value. What has no line is 0 or absent
///   -- part empty      the same where there is no job at all
///   -- part register   what a queue without any job has nevertheless, such as a row in a list
///   -- part enqueue    a job comes: nobody has tried it
///   -- part claim      a worker takes a job: that is one
///   -- part history    of each completed job, newest first: for how many minutes it has been due,
///                      started and completed
///   -- part infinite   a completed job that is due at 'infinity', as a mistake or a trick has it
///   -- part old        what another version would have instead: the preset must refuse it

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::test {

using Values = std::map<std::string, std::string>;

struct PresetCase {
  std::string file;  // without .sql
  core::QueueSettings queue;
  std::string without;
  std::map<std::string, std::string> parts;

  const std::string& part(const std::string& name) const { return parts.at(name); }
  bool has(const std::string& name) const { return parts.contains(name); }
  Values values(const std::string& part) const;
};

/// How googletest shows it.
void PrintTo(const PresetCase& one, std::ostream* out);

std::vector<PresetCase> preset_cases();

/// The sample in the form of a case. `wanted` says which values any value will do for.
Values values_of(const core::QueueSample& sample, const Values& wanted);

/// What docs/presets.md tells to grant for a preset, statement by statement, with the names that
/// the case has in place of the usual ones.
std::vector<std::string> grants_of(const PresetCase& one);

}  // namespace jobflip::test
