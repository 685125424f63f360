// ContentIds: what `$1` stands for in the parts of a change set (dataverse: "Use parameters with change sets"): the row
// that the part with Content-ID 1 made or changed, as `SET(KEY)`. One change set each; filled part after part, so that a
// reference to a later one leads nowhere.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

class ContentIds {
 public:
    /// `path`: "SET(KEY)", escaped as in a URL.
    void set(std::string_view id, std::string path) {
        paths_.insert_or_assign(std::string{id}, std::move(path));
    }

    /// Null: no part before has the id and a row.
    [[nodiscard]] const std::string* find(std::string_view id) const {
        const auto found = paths_.find(id);
        return found == paths_.end() ? nullptr : &found->second;
    }

 private:
    std::map<std::string, std::string, std::less<>> paths_;
};

/// The id of a URL that begins with `$ID` or `/$ID`, up to a slash or a question mark; nothing: it begins otherwise.
[[nodiscard]] inline std::optional<std::string_view> content_id_of(std::string_view url) {
    if (url.starts_with('/')) url.remove_prefix(1);
    if (!url.starts_with('$')) return std::nullopt;
    url.remove_prefix(1);
    return url.substr(0, url.find_first_of("/?"));
}

/// Errc::malformed, in Dataverse's words.
[[nodiscard]] Error no_such_content_id(std::string_view id);

}  // namespace rookery::odata
