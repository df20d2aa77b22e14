// Each kind has a name of its own, and is found by it.

#include <gtest/gtest.h>

#include <set>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/deployment.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/refusals.hpp"

namespace jobflip::core {
namespace {

template <class Enum, class Parse>
void expect_own_names(Enum last, Parse parse) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(parse(name_of(value)), value) << name_of(value);
    names.insert(name_of(value));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains("?"));
  for (const auto* other : {"", "?", "no such kind"}) EXPECT_FALSE(parse(other)) << other;
}

TEST(Kinds, HaveNamesOfTheirOwn) {
  expect_own_names(AuditKind::schema_upgraded, parse_audit_kind);
  expect_own_names(HistoryKind::damaged, parse_history_kind);
  expect_own_names(QueueState::ok, parse_queue_state);
  expect_own_names(Rule::target, parse_rule);
  expect_own_names(DeploymentState::expired, parse_deployment_state);
}

TEST(AuditKinds, GoToAChainByItsName) {
  EXPECT_EQ(chain_of("jobflip"), AuditChain::store);
  EXPECT_EQ(chain_of("jobflip.sessions"), AuditChain::sessions);
  EXPECT_EQ(chain_of("jobflip.refusals"), AuditChain::refusals);
  EXPECT_EQ(chain_of("jobflip.supervisor"), AuditChain::pool) << "the supervisors' own";
  EXPECT_EQ(chain_of("mail"), AuditChain::pool);
}

TEST(AuditKinds, SayWhatTheirFieldsMean) {
  for (const AuditKindRow& row : audit_kinds()) {
    EXPECT_FALSE(row.meaning.empty() || row.since.empty() || row.chains.empty()) << row.name;
    std::set<std::string_view> names;
    for (const AuditField& field : row.payload) {
      EXPECT_FALSE(field.meaning.empty()) << row.name << " " << field.name;
      EXPECT_TRUE(names.insert(field.name).second) << row.name << " has twice " << field.name;
      EXPECT_EQ(field.name.ends_with("_ms"),
                field.meaning.find("how long") != std::string::npos || field.name == "length_ms")
          << field.name;
    }
  }
}

}  // namespace
}  // namespace jobflip::core
