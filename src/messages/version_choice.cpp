#include "messages/version_choice.hpp"

namespace rookery::messages {
namespace {

tl::unexpected<Error> no_such_version() {
    return fail(
        Errc::not_found,
        "The record has no such version of its tokens, or keeps it no more.",
        "rky_RetrieveTokenVersions lists those that there are"
    );
}

}  // namespace

Result<const TokenVersion*> choose_version(
    const TokenHistory& history, const VersionChoice& choice, const TokenRules& rules, Instant now
) {
    const auto* number = std::get_if<std::uint64_t>(&choice);
    const auto* label = std::get_if<VersionLabel>(&choice);
    const bool current =
        number != nullptr ? *number == history.current.number : *label == VersionLabel::current;
    if (current)
        return history.current.number == 0 ? no_such_version()
                                           : Result<const TokenVersion*>(nullptr);
    for (const auto& version : history.versions) {
        const bool meant = number != nullptr ? version.set.number == *number
                                             : *label == label_of(history, version, rules, now) &&
                                                   *label == VersionLabel::previous;
        if (meant) return &version;
    }
    return no_such_version();
}

}  // namespace rookery::messages
