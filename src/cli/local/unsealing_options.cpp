#include "cli/local/unsealing_options.hpp"

#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace rookery::cli {

namespace {

using crypto::SlotOption;

std::string help_of(const OfferOption& one, OfferFor purpose) {
    const auto& option = *one.option;
    return std::string(purpose == OfferFor::opening ? option.about : option.about_new);
}

Takes takes_of(SlotOption::Form form) {
    const bool file = form == SlotOption::Form::path || form == SlotOption::Form::secret_file;
    return file ? Takes::private_file : Takes::id;
}

/// --key-file for key_file.
std::string long_option(std::string_view name) {
    auto out = "--" + std::string(name);
    std::ranges::replace(out, '_', '-');
    return out;
}

Result<SecretBytes> ask(const OfferOption& one, OfferFor purpose) {
    const auto& option = *one.option;
    if (purpose == OfferFor::opening) return ask_secret(option.ask);
    ROOKERY_TRY(auto first, ask_secret(option.ask_new));
    ROOKERY_TRY(const auto second, ask_secret("The same again: "));
    const bool same = first.expose([&](ByteView a) {
        return second.expose([&](ByteView b) { return constant_time_equal(a, b); });
    });
    if (!same) return fail(Errc::usage, fmt::format("the two {}s differ", one.kind->name));
    return first;
}

Result<std::unique_ptr<crypto::SlotOffer>> offer_of(const OfferOption& one, OfferFor purpose) {
    SecretBytes secret;
    switch (one.option->form) {
        case SlotOption::Form::path:
            return one.kind->offer(one.text, {});
        case SlotOption::Form::secret_file: {
            ROOKERY_TRY(secret, read_secret_file(one.text));
            break;
        }
        case SlotOption::Form::credential: {
            ROOKERY_TRY(secret, read_credential(one.text));
            break;
        }
        case SlotOption::Form::prompt: {
            ROOKERY_TRY(secret, ask(one, purpose));
            break;
        }
    }
    return one.kind->offer({}, std::move(secret));
}

}  // namespace

UnsealingOptions::UnsealingOptions(OfferFor what_for) : purpose(what_for) {
    for (const auto* kind : crypto::slot_kinds) {
        for (const auto& option : kind->options) all.push_back({kind, &option, {}});
    }
}

void add_unsealing_options(Command command, UnsealingOptions& options) {
    struct Added {
        const crypto::SlotKind* kind;
        Option option;
    };

    const bool opening = options.purpose == OfferFor::opening;
    std::vector<Added> added;
    for (auto& one : options.all) {
        const auto help = help_of(one, options.purpose);
        if (help.empty()) continue;
        const auto name = long_option(one.option->name);
        const auto option =
            one.option->form == SlotOption::Form::prompt
                ? command.add_flag(name, one.asked, help)
                : command.add_option(name, one.text, help).takes(takes_of(one.option->form));
        for (const auto& before : added) {
            if (opening || before.kind == one.kind) before.option.excludes(option);
        }
        if (opening) option.group("Unsealing");
        added.push_back({one.kind, option});
    }
}

bool any_given(const UnsealingOptions& options) {
    return std::ranges::any_of(options.all, &OfferOption::given);
}

Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options) {
    const bool any = any_given(options);
    messages::Unsealing out;
    for (const auto& one : options.all) {
        const bool asked_anyway = !any && one.option->form == SlotOption::Form::prompt;
        if (!one.given() && !asked_anyway) continue;
        ROOKERY_TRY(auto offer, offer_of(one, options.purpose));
        out.offers.push_back(std::move(offer));
        if (!any) break;
    }
    return out;
}

std::vector<OfferPlace> places_of(const UnsealingOptions& options) {
    std::vector<OfferPlace> out;
    for (const auto& one : options.all) {
        if (one.option->form != SlotOption::Form::path || !one.given()) continue;
        out.push_back({one.kind, one.option, one.text});
    }
    return out;
}

std::vector<std::string> place_warnings(
    const UnsealingOptions& options, const std::filesystem::path& data
) {
    std::vector<std::string> out;
    for (const auto& place : places_of(options)) {
        if (!on_same_file_system(place.path, data)) continue;
        out.push_back(fmt::format(
            "the {} {} is on the same file system as the data: whoever takes the disk has both",
            place.kind->name,
            place.path.string()
        ));
    }
    return out;
}

}  // namespace rookery::cli
