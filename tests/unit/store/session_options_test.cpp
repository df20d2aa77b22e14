#include <gtest/gtest.h>

#include "store/connection.hpp"

namespace jobflip::store {
namespace {

constexpr Purpose kAll[] = {Purpose::change, Purpose::read, Purpose::migrate, Purpose::listen,
                            Purpose::probe};

std::string conninfo_of(const std::string& given, Purpose purpose) {
  const auto made = session_conninfo({.conninfo = given}, purpose);
  EXPECT_TRUE(made.has_value()) << given;
  return made ? *made : "";
}

// PgBouncer from 1.20 on lets nobody in whose options end in a blank
TEST(SessionOptions, NeverEndInABlankAndKeepWhatIsGiven) {
  for (const auto purpose : kAll) {
    EXPECT_EQ(conninfo_of("dbname=x", purpose).find(" ' "), std::string::npos);
    for (const std::string given :
         {"options='-c work_mem=1MB'", "options='-c work_mem=1MB  '", "options=' '"}) {
      const auto made = conninfo_of("dbname=x " + given, purpose);
      EXPECT_NE(made.find("options='-c statement_timeout=2000 "), std::string::npos) << made;
      EXPECT_EQ(made.find(" ' "), std::string::npos) << made;
      EXPECT_EQ(made.find(" -c work_mem=1MB' ") != std::string::npos,
                given.find("work_mem") != std::string::npos)
          << made;
    }
  }
}

}  // namespace
}  // namespace jobflip::store
