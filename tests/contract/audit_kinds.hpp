#pragma once
/// Which kinds of event a function of the schema writes, read from its source; and whether an event
/// is as the table in core says.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/kept_sample.hpp"

namespace jobflip::test {

/// What a person may have learned about the queue of the small fleet.
inline const core::Learned taught{PoolName::of("mail"), QueueName::of("email"), R"({"taught":1})"};

/// Moves the first event of mail into the year 2024, and seals it.
inline constexpr const char* kSealAnOldEvent = R"(
alter table jobflip_data.audit_event disable trigger user;
update jobflip_data.audit_event set at = '2024-12-01' where chain = 'mail' and seq = 1;
alter table jobflip_data.audit_event enable trigger user;
select jobflip.seal_audit('mail', 1, encode(hash, 'hex'), 1, repeat('a', 64),
                          1735689600000000, 'alice', 'a test')
from jobflip_data.audit_event where chain = 'mail' and seq = 1)";

/// The literals of the second argument of each call of audit_append.
inline std::set<std::string> kinds_in(const std::string& source) {
  std::set<std::string> kinds;
  static const std::string call = "audit_append(";
  for (auto at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
    int depth = 0;
    int commas = 0;
    std::string second;
    for (auto i = at + call.size(); i < source.size() && depth >= 0 && commas < 2; ++i) {
      const char c = source[i];
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (c == ',' && depth == 0)
        ++commas;
      else if (commas == 1)
        second += c;
    }
    static const std::regex literal{"(then|else|^)\\s*'([a-z_]+)'"};
    for (std::sregex_iterator one{second.begin(), second.end(), literal}, end; one != end; ++one)
      kinds.insert((*one)[2]);
  }
  return kinds;
}

/// As jsonb_typeof says it.
inline std::string json_type(core::AuditType type) {
  switch (type) {
    case core::AuditType::text:
      return "string";
    case core::AuditType::number:
      return "number";
    case core::AuditType::boolean:
      return "boolean";
    case core::AuditType::object:
      return "object";
    case core::AuditType::texts:
    case core::AuditType::numbers:
      return "array";
  }
  return "?";
}

inline void expect_carried(core::Carried how, bool is_there) {
  if (how == core::Carried::always) {
    EXPECT_TRUE(is_there);
  }
  if (how == core::Carried::never) {
    EXPECT_FALSE(is_there);
  }
}

/// The newest event of the kind against its row in core.
inline void expect_as_in_the_table(const std::function<std::string(const std::string&)>& sql,
                                   core::AuditKind kind) {
  const auto& row = core::row_of(kind);
  const auto newest = " from jobflip_data.audit_event where kind = '" + std::string{row.name} +
                      "' order by at desc, seq desc limit 1";
  const auto chain = core::chain_of(sql("select chain" + newest));
  EXPECT_EQ(std::ranges::count(row.chains, chain), 1) << name_of(chain);
  expect_carried(row.node, sql("select node is not null" + newest) == "t");
  expect_carried(row.flip, sql("select flip is not null" + newest) == "t");
  expect_carried(row.epoch, sql("select epoch is not null" + newest) == "t");
  std::map<std::string, std::string> found;
  std::istringstream pairs{
      sql("select string_agg(j.key || ' ' || jsonb_typeof(j.value), ' ') from (select payload" +
          newest + ") e, jsonb_each(e.payload::jsonb) j")};
  for (std::string key, type; pairs >> key >> type;) found[key] = type;
  for (const auto& field : row.payload) {
    SCOPED_TRACE(std::string{field.name});
    const auto type = found.find(std::string{field.name});
    EXPECT_TRUE(type != found.end() || field.may_be_absent);
    if (type == found.end()) continue;
    EXPECT_TRUE(type->second == json_type(field.type) ||
                (type->second == "null" && field.may_be_null))
        << type->second;
    found.erase(type);
  }
  EXPECT_TRUE(found.empty()) << found.begin()->first << " is not in the table";
}

}  // namespace jobflip::test
