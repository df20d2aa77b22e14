// The events of incidents, for pg_audit_kinds_test.cpp.

#include "contract/audit_kinds_world.hpp"

namespace jobflip::test {

AuditKindsWorld::Cases AuditKindsWorld::cases_of_incidents() {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  const auto open = [&oper, alice] {
    EXPECT_TRUE(oper.open_incident(mail, core::IncidentClass::other, alice)->accepted);
  };
  const auto change = [this, &oper, alice](core::IncidentChange::What what) {
    const IncidentId newest{std::stoll(store_.sql("select max(id) from jobflip_data.incident"))};
    EXPECT_TRUE(oper.change_incident({newest, what, ""}, alice)->changed);
  };
  return {
      {"incident_opened", {open, "mail ops1 - alice"}},
      {"incident_changed",
       {[open, change] {
          open();
          change(core::IncidentChange::What::note);
        },
        "mail ops1 - alice"}},
      {"incident_closed",
       {[open, change] {
          open();
          change(core::IncidentChange::What::close);
        },
        "mail ops1 - alice"}},
  };
}

}  // namespace jobflip::test
