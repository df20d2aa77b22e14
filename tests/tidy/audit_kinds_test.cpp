// The table of audit kinds in core against the SQL that writes them and the page that lists them;
// and that no source repeats the names that core has.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "audit_calls.hpp"
#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/refusals.hpp"
#include "tree.hpp"

namespace jobflip::tidy {
namespace {

using core::Carried;

std::vector<AuditCall> all_calls() {
  std::vector<AuditCall> calls;
  for (const auto& file : read_tree({"src/store/sql"}, {".sql"}))
    std::ranges::move(audit_calls(file), std::back_inserter(calls));
  return calls;
}

std::string text_of(const std::string& path) {
  const auto files = read_tree({path}, {path});
  return files.empty() ? "" : files.front().text;
}

void expect_carried(Carried how, const std::vector<bool>& given) {
  if (how == Carried::always) {
    EXPECT_EQ(std::ranges::count(given, false), 0);
  }
  if (how == Carried::never) {
    EXPECT_EQ(std::ranges::count(given, true), 0);
  }
  if (how == Carried::sometimes) {
    EXPECT_TRUE(given.empty() || std::ranges::count(given, true) > 0);
  }
}

TEST(AuditCalls, AreReadWithKindsChainsAndKeys) {
  const auto calls = audit_calls(
      {"a.sql",
       "begin\n  v_payload := jsonb_build_object('a', f(x, 1), 'b', y[1:20])::text;\n"
       "  perform jobflip.audit_append(case when v then p_pool else 'jobflip.refusals' end,\n"
       "    case when w in ('z') then 'one' else 'two' end, p_node, null, 1, null,\n"
       "    format('it, %s', x), v_payload);\n"
       "  perform jobflip.audit_append('jobflip', 'three', null, 1, null, null, '', '{}');\n"
       "  perform jobflip.audit_append(p, 'four', null, 1, null, null, '', left(x, 9));\n"});
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].line, 3);
  EXPECT_EQ(calls[0].kinds, (std::set<std::string>{"one", "two"}));
  EXPECT_EQ(calls[0].chains, (std::set<std::string>{"pool", "jobflip.refusals"}));
  EXPECT_EQ(calls[0].payload, (std::set<std::string>{"a", "b"}));
  EXPECT_TRUE(calls[0].is_json && calls[0].node && !calls[0].flip && calls[0].epoch);
  EXPECT_TRUE(calls[1].is_json && calls[1].payload.empty());
  EXPECT_EQ(calls[1].chains, std::set<std::string>{"jobflip"});
  EXPECT_FALSE(calls[2].is_json) << "cut text is not JSON";
}

TEST(AuditKinds, HaveWhatTheSqlWrites) {
  std::map<std::string, std::vector<AuditCall>> by_kind;
  for (const auto& call : all_calls()) {
    EXPECT_TRUE(call.is_json) << call.path << ":" << call.line << ": its payload is not an object";
    for (const auto& kind : call.kinds) by_kind[kind].push_back(call);
  }
  for (const auto& [kind, calls] : by_kind)
    EXPECT_TRUE(core::parse_audit_kind(kind)) << calls.front().path << ": " << kind;
  for (const auto& row : core::audit_kinds()) {
    SCOPED_TRACE(std::string{row.name});
    const auto& calls = by_kind[std::string{row.name}];
    ASSERT_FALSE(calls.empty()) << "nothing writes it";
    std::set<std::string> chains;
    std::set<std::string> keys;
    std::vector<bool> node, flip, epoch;
    for (const auto& call : calls) {
      chains.insert(call.chains.begin(), call.chains.end());
      keys.insert(call.payload.begin(), call.payload.end());
      for (const auto& field : row.payload)
        EXPECT_TRUE(field.may_be_absent || call.payload.contains(std::string{field.name}))
            << call.path << ":" << call.line << " has no " << field.name;
      if (call.kinds.size() > 1) continue;  // which of them it is decides what is given
      node.push_back(call.node);
      flip.push_back(call.flip);
      epoch.push_back(call.epoch);
    }
    std::set<std::string> wanted_chains;
    for (const auto chain : row.chains) wanted_chains.emplace(name_of(chain));
    EXPECT_EQ(chains, wanted_chains);
    std::set<std::string> wanted_keys;
    for (const auto& field : row.payload) wanted_keys.emplace(field.name);
    EXPECT_EQ(keys, wanted_keys);
    expect_carried(row.node, node);
    expect_carried(row.flip, flip);
    expect_carried(row.epoch, epoch);
  }
}

TEST(AuditKinds, AreThoseOfThePage) {
  const auto page = text_of("docs/audit.md");
  const auto table = core::audit_kinds_table();
  EXPECT_NE(page.find("|\n" + table), std::string::npos)
      << "the table \"Event kinds\" of docs/audit.md must be:\n"
      << table;
  EXPECT_EQ(page.find("|\n" + table + "|"), std::string::npos) << "and no more rows";
}

/// Names that mean nothing else, and the file that has them.
std::map<std::string, std::string> names_of_core() {
  std::map<std::string, std::string> names;
  const auto add = [&](std::string_view name, const std::string& file) {
    const bool unlike_others =
        name.find_first_of("_-") != name.npos || name == "takeover" || name == "hold" ||
        name == "ineffective" || name == "unverified" ||
        (std::isupper(static_cast<unsigned char>(name[0])) != 0 && name != "OK");
    if (unlike_others) names.emplace(name, file);
  };
  for (const auto& row : core::audit_kinds()) add(row.name, "src/core/audit_kinds.cpp");
  for (int i = 0; i <= static_cast<int>(core::QueueState::ok); ++i)
    add(name_of(static_cast<core::QueueState>(i)), "src/core/queue_state.cpp");
  for (const auto& row : core::kRefusals) add(name_of(row.rule), "src/core/refusals.cpp");
  for (const auto& row : core::kFlipTable) {
    add(name_of(row.to), "src/core/flip.cpp");
    add(name_of(row.event), "src/core/flip.cpp");
  }
  names.erase("crash_loop");  // a key of the JSON of `status`, too
  return names;
}

TEST(NamesOfCore, AreNotRepeatedAsLiterals) {
  static const std::regex literal{R"re("([A-Za-z_-]+)")re"};
  const auto names = names_of_core();
  ASSERT_TRUE(names.contains("STALLED") && names.contains("lease_taken") &&
              names.contains("hold-down") && names.contains("not_cured"));
  std::size_t found = 0;
  for (const auto& file : read_tree({"src", "include"}, {".cpp", ".hpp"})) {
    if (file.path == "include/jobflip/core/log_event.hpp") continue;  // kinds of the journal
    if (file.path == "src/core/history.cpp") continue;                // kinds of the history
    int number = 0;
    for (const auto& line : split_lines(file.text)) {
      ++number;
      const auto code = line.substr(0, line.find("//"));
      for (std::sregex_iterator one{code.begin(), code.end(), literal}, end; one != end; ++one) {
        const auto name = names.find((*one)[1]);
        if (name == names.end()) continue;
        ++found;
        EXPECT_EQ(file.path, name->second)
            << "line " << number << ": use name_of(): " << name->first;
      }
    }
  }
  EXPECT_GE(found, names.size()) << "each is found where it is defined";
}

}  // namespace
}  // namespace jobflip::tidy
