// When tokens were last used, read off the newest entries of the log. For `token list`.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace rookery::cli {

class LastUses {
 public:
    /// Looks at the newest 5,000 entries; each 1,000 are one entry of reading on the log. A caller who may
    /// not read the log gets an answer too: it is not known.
    [[nodiscard]] static Result<LastUses> read(ApiClient& client);

    /// Entries of a page, newest first, pages in the same order.
    void add(std::span<const nlohmann::json> events);
    /// How many of the log's entries were looked at.
    void looked_at(std::uint64_t entries, bool whole_log);

    /// When a credential was used last, as the log writes time; empty when that was not found.
    [[nodiscard]] std::string of(std::string_view fingerprint) const;
    /// The same for people: "last use …", "no use in the newest 5,000 entries of the log"; with a
    /// reservation when an entry among them cannot be read.
    [[nodiscard]] std::string say(std::string_view fingerprint) const;

 private:
    [[nodiscard]] std::string found_of(std::string_view fingerprint) const;

    std::map<std::string, std::string, std::less<>> newest_;  // fingerprint → time
    std::uint64_t entries_ = 0;
    bool readable_ = false;
    bool whole_ = false;
    bool tells_ = false;  // the entries name credentials
    bool hides_ = false;  // one of them cannot be read
};

}  // namespace rookery::cli
