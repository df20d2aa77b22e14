#include "jobflip/audit/file_digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <istream>
#include <memory>
#include <vector>

#include "jobflip/audit/chain.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::audit {

std::optional<std::string> sha256_of(std::istream& in) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  JF_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  std::vector<char> block(std::size_t{256} * 1024);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    JF_CHECK(EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(in.gcount())) ==
             1);
  if (in.bad()) return std::nullopt;
  std::array<unsigned char, kHashBytes> hash{};
  JF_CHECK(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
  return hex_of_bytes({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace jobflip::audit
