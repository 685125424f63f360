#include "cli/local/unsealing_options.hpp"

#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "crypto/key_file.hpp"
#include "crypto/padding.hpp"
#include "crypto/pair_slot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace rookery::cli {

namespace {

using crypto::SlotOption;

bool opens(OfferFor purpose) { return purpose == OfferFor::opening || purpose == OfferFor::trying; }

std::string help_of(const OfferOption& one, OfferFor purpose) {
    const auto& option = *one.option;
    return std::string(opens(purpose) ? option.about : option.about_new);
}

Takes takes_of(SlotOption::Form form) {
    switch (form) {
        case SlotOption::Form::path:
        case SlotOption::Form::secret_file:
        case SlotOption::Form::secret_files:
            return Takes::private_file;
        case SlotOption::Form::word:
            return Takes::word;
        case SlotOption::Form::new_folder:
            return Takes::directory;
        case SlotOption::Form::credential_file:
        case SlotOption::Form::credential:
        case SlotOption::Form::prompt:
        case SlotOption::Form::prompts:
        case SlotOption::Form::pair:
            break;
    }
    return Takes::id;
}

bool is_flag(SlotOption::Form form) {
    return form == SlotOption::Form::prompt || form == SlotOption::Form::prompts ||
           form == SlotOption::Form::pair;
}

/// Says something of an offer, together with other options of its kind.
bool is_part(const SlotOption& option) {
    return option.part || option.form == SlotOption::Form::word ||
           option.form == SlotOption::Form::new_folder;
}

bool is_repeated(const SlotOption& option, OfferFor purpose) {
    if (option.form == SlotOption::Form::secret_files) return true;
    return !is_part(option) && (purpose == OfferFor::trying || purpose == OfferFor::adding);
}

/// --key-file for key_file, --share-file for share_files, --new-key-file where a slot is added.
std::string long_option(const SlotOption& option, OfferFor purpose) {
    auto out = (purpose == OfferFor::adding ? "--new-" : "--") + std::string(option.name);
    std::ranges::replace(out, '_', '-');
    if (option.form == SlotOption::Form::secret_files) out.pop_back();
    return out;
}

Result<SecretBytes> ask(const OfferOption& one, OfferFor purpose) {
    const auto& option = *one.option;
    if (opens(purpose)) return ask_secret(option.ask);
    ROOKERY_TRY(auto first, ask_secret(option.ask_new));
    ROOKERY_TRY(const auto second, ask_secret("The same again: "));
    const bool same = first.expose([&](ByteView a) {
        return second.expose([&](ByteView b) { return constant_time_equal(a, b); });
    });
    if (!same) return fail(Errc::usage, fmt::format("the two {}s differ", one.kind->name));
    return first;
}

/// One that is mistyped is asked for again.
Result<std::vector<SecretBytes>> ask_several(const SlotOption& option) {
    constexpr int tries_max = 64;
    std::vector<SecretBytes> out;
    for (int tries = 0; tries < tries_max; ++tries) {
        const auto more = option.needs_more(out);
        if (more && !*more) return out;
        if (!more) {
            warn(more.error().message);
            out.pop_back();
        }
        ROOKERY_TRY(auto next, ask_secret(option.ask));
        out.push_back(std::move(next));
    }
    return fail(Errc::usage, "too many that were mistyped");
}

using Given = crypto::SlotGiven;

Result<Given> secret_given(Result<SecretBytes> secret) {
    if (!secret) return fail(secret.error());
    Given out;
    out.secrets.push_back(std::move(*secret));
    return out;
}

/// What one value of an option is to its kind.
Result<Given> given_by(SlotOption::Form form, const std::string& text) {
    Given out;
    switch (form) {
        case SlotOption::Form::path:
        case SlotOption::Form::new_folder:
            out.path = text;
            break;
        case SlotOption::Form::word:
            out.word = text;
            break;
        case SlotOption::Form::credential_file: {
            ROOKERY_TRY(out.path, credential_file(text));
            out.word = text;
            break;
        }
        case SlotOption::Form::credential:
            return secret_given(read_credential(text));
        case SlotOption::Form::secret_file:
        case SlotOption::Form::secret_files:
            return secret_given(read_secret_file(text));
        case SlotOption::Form::prompt:
        case SlotOption::Form::prompts:
        case SlotOption::Form::pair:
            break;  // has no value
    }
    return out;
}

void join(Given& to, Given from) {
    if (!from.path.empty()) to.path = std::move(from.path);
    if (!from.word.empty()) to.word = std::move(from.word);
    for (auto& secret : from.secrets) to.secrets.push_back(std::move(secret));
}

/// What an option comes to: an offer for each, in their order.
Result<std::vector<Given>> all_given(const OfferOption& one, OfferFor purpose) {
    std::vector<Given> out;
    if (one.option->form == SlotOption::Form::prompt) {
        ROOKERY_TRY(auto given, secret_given(ask(one, purpose)));
        out.push_back(std::move(given));
        return out;
    }
    if (one.option->form == SlotOption::Form::prompts) {
        Given all;
        ROOKERY_TRY(all.secrets, ask_several(*one.option));
        out.push_back(std::move(all));
        return out;
    }
    for (const auto& text : one.values()) {
        ROOKERY_TRY(auto given, given_by(one.option->form, text));
        if (one.option->form == SlotOption::Form::secret_files && !out.empty()) {
            join(out.front(), std::move(given));
        } else {
            out.push_back(std::move(given));
        }
    }
    return out;
}

}  // namespace

UnsealingOptions::UnsealingOptions(OfferFor what_for) : purpose(what_for) {
    for (const auto* kind : crypto::slot_kinds) {
        for (const auto& option : kind->options) all.push_back({kind, &option, {}, {}});
    }
}

std::vector<std::string> OfferOption::values() const {
    auto out = texts;
    if (!text.empty()) out.push_back(text);
    return out;
}

void add_unsealing_options(Command command, UnsealingOptions& options) {
    struct Added {
        const OfferOption* offered;
        Option option;
    };

    const auto purpose = options.purpose;
    const auto exclude = [&](const OfferOption& a, const OfferOption& b) {
        const bool parts = is_part(*a.option) && is_part(*b.option);
        const bool one_of_a_kind = purpose == OfferFor::making || purpose == OfferFor::opening;
        return one_of_a_kind && a.kind == b.kind && !parts;
    };
    std::vector<Added> added;
    for (auto& one : options.all) {
        const auto help = help_of(one, purpose);
        if (help.empty()) continue;
        const auto form = one.option->form;
        const auto name = long_option(*one.option, purpose);
        const auto option = is_flag(form) ? command.add_flag(name, one.asked, help)
                            : is_repeated(*one.option, purpose)
                                ? command.add_option(name, one.texts, help).takes(takes_of(form))
                                : command.add_option(name, one.text, help).takes(takes_of(form));
        for (const auto& before : added) {
            if (exclude(*before.offered, one)) before.option.excludes(option);
        }
        if (purpose != OfferFor::making) {
            option.group(opens(purpose) ? "Unsealing" : "New ways in");
        }
        added.push_back({&one, option});
    }
}

bool any_given(const UnsealingOptions& options) {
    return std::ranges::any_of(options.all, &OfferOption::given);
}

bool is_pair(const UnsealingOptions& options) {
    return std::ranges::any_of(options.all, [](const OfferOption& one) {
        return one.option->form == SlotOption::Form::pair && one.given();
    });
}

namespace {

/// Before anything is read or asked: a vault is opened with one way, or with the two of a pair.
Result<void> check_number(const UnsealingOptions& options) {
    if (options.purpose != OfferFor::opening) return {};
    std::vector<std::string> ways;
    const crypto::SlotKind* before = nullptr;
    for (const auto& one : options.all) {
        if (!one.given() || one.kind == before || one.option->form == SlotOption::Form::pair)
            continue;
        ways.push_back(long_option(*one.option, options.purpose));
        before = one.kind;
    }
    const bool pair = is_pair(options);
    if (ways.size() <= (pair ? 2U : 1U)) return {};
    return fail(
        Errc::usage,
        fmt::format("{} are several ways into the vault", fmt::join(ways, ", ")),
        pair ? "--both takes two of them" : "give one of them, or two and --both"
    );
}

tl::unexpected<Error> not_a_pair() {
    return fail(
        Errc::usage,
        "--both is said of two ways into the vault",
        "for example --both --key-file FILE --passphrase-file FILE"
    );
}

/// The two that were given, as one.
Result<messages::Unsealing> paired(messages::Unsealing given) {
    if (given.offers.size() != 2) return not_a_pair();
    ROOKERY_TRY(
        auto pair, crypto::pair_offer(std::move(given.offers[0]), std::move(given.offers[1]))
    );
    return messages::Unsealing(std::move(pair));
}

using TakeWay = std::function<Result<void>(const crypto::SlotKind& kind, Given given)>;

/// What each option that was given comes to, in the table's order.
Result<void> resolve_each(const UnsealingOptions& options, const TakeWay& take) {
    bool any = false;
    const auto add = [&](const crypto::SlotKind& kind, Given given) {
        any = true;
        return take(kind, std::move(given));
    };
    const bool ask_anyway = !any_given(options) && options.purpose != OfferFor::adding;
    for (const auto* kind : crypto::slot_kinds) {
        std::optional<Given> parts;
        for (const auto& one : options.all) {
            if (one.kind != kind || one.option->form == SlotOption::Form::pair) continue;
            if (ask_anyway && !any && one.option->form == SlotOption::Form::prompt) {
                ROOKERY_TRY(auto given, secret_given(ask(one, options.purpose)));
                ROOKERY_CHECK(add(*kind, std::move(given)));
            }
            if (!one.given()) continue;
            ROOKERY_TRY(auto all, all_given(one, options.purpose));
            for (auto& given : all) {
                if (is_part(*one.option)) {
                    if (!parts) parts.emplace();
                    join(*parts, std::move(given));
                } else {
                    ROOKERY_CHECK(add(*kind, std::move(given)));
                }
            }
        }
        if (parts) ROOKERY_CHECK(add(*kind, std::move(*parts)));
    }
    return {};
}

/// The 32 bytes of a key that lies in a file, as text. A new key file is made where there is none.
Result<SecretBytes> key_in(const Given& given, const UnsealingOptions& options, Random& random) {
    const bool credential = !given.word.empty();
    std::error_code unknown;
    if (!opens(options.purpose) && !credential && !std::filesystem::exists(given.path, unknown)) {
        ROOKERY_CHECK(crypto::create_key_file(given.path, random));
    }
    const auto form =
        credential ? PrivateFileKind::systemd_credential : PrivateFileKind::handed_over;
    ROOKERY_TRY(const auto key, crypto::read_key_file(given.path, form));
    return crypto::key_text(key);
}

Result<BroughtOffer> brought_of(
    const crypto::SlotKind& kind, Given given, const UnsealingOptions& options, Random& random
) {
    const auto name = std::string(kind.name);
    BroughtOffer out;
    crypto::SlotBrought brought;
    brought.secrets = std::move(given.secrets);
    if (!opens(options.purpose)) brought.word = given.word;
    if (kind.members.form == crypto::SlotMembers::Form::key) {
        ROOKERY_TRY(auto key, key_in(given, options, random));
        brought.secrets.push_back(std::move(key));
        if (given.word.empty()) out.label = given.path.filename().string();
    } else if (kind.members.word_alone) {
        out.made_to = given.path;
        if (brought.secrets.empty() && (brought.word.empty() || given.path.empty())) {
            return fail(
                Errc::usage,
                "shares are made with how many and a folder for them together",
                "--new-shares 3/5 --new-shares-to DIR"
            );
        }
    } else if (!given.path.empty()) {
        return fail(
            Errc::usage,
            fmt::format("a running server has a {} module of its own, or none", name),
            "unseal.token_module of its configuration names it; give the PIN alone"
        );
    }
    if (kind.bring == nullptr || (brought.secrets.empty() && !kind.members.word_alone)) {
        return fail(Errc::usage, fmt::format("no {} was given that a server takes", name));
    }
    for (const auto& secret : brought.secrets) {
        if (secret.expose(crypto::count_code_points)) continue;
        return fail(Errc::usage, fmt::format("the {} is not UTF-8", name));
    }
    out.way.parts.push_back({&kind, std::move(brought)});
    return out;
}

}  // namespace

Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options) {
    ROOKERY_CHECK(check_number(options));
    messages::Unsealing each;
    const auto take = [&](const crypto::SlotKind& kind, Given given) -> Result<void> {
        ROOKERY_TRY(auto offer, kind.offer(std::move(given)));
        each.offers.push_back(std::move(offer));
        return {};
    };
    ROOKERY_CHECK(resolve_each(options, take));
    return is_pair(options) ? paired(std::move(each)) : std::move(each);
}

Result<std::vector<BroughtOffer>> resolve_brought(const UnsealingOptions& options, Random& random) {
    ROOKERY_CHECK(check_number(options));
    std::vector<BroughtOffer> each;
    const auto take = [&](const crypto::SlotKind& kind, Given given) -> Result<void> {
        ROOKERY_TRY(auto one, brought_of(kind, std::move(given), options, random));
        each.push_back(std::move(one));
        return {};
    };
    ROOKERY_CHECK(resolve_each(options, take));
    if (!is_pair(options)) return each;
    if (each.size() != 2) return not_a_pair();
    each[0].way.parts.push_back(std::move(each[1].way.parts.front()));
    each[0].label.clear();
    each.pop_back();
    return each;
}

Result<BroughtOffer> resolve_one_brought(const UnsealingOptions& options, Random& random) {
    ROOKERY_TRY(auto all, resolve_brought(options, random));
    if (all.size() == 1) return std::move(all.front());
    return fail(
        Errc::usage,
        "exactly one way into the vault is wanted here",
        "for example --key-file FILE, or --share-file FILE several times"
    );
}

std::vector<OfferPlace> places_of(const UnsealingOptions& options) {
    std::vector<OfferPlace> out;
    for (const auto& one : options.all) {
        const auto form = one.option->form;
        if (form != SlotOption::Form::path && form != SlotOption::Form::new_folder) continue;
        if (one.option->part) continue;  // no secret is in it
        for (const auto& text : one.values()) out.push_back({one.kind, one.option, text});
    }
    return out;
}

Result<void> check_places(const UnsealingOptions& options, const std::filesystem::path& data) {
    for (const auto& place : places_of(options)) {
        if (!lies_inside(place.path, data)) continue;
        return fail(
            Errc::usage,
            fmt::format(
                "the {} would lie in the data directory: whoever copies the directory has both",
                place.kind->name
            ),
            "put it on another volume, or use a passphrase"
        );
    }
    return {};
}

std::vector<std::string> place_warnings(
    const UnsealingOptions& options, const std::filesystem::path& data
) {
    std::vector<std::string> out;
    for (const auto& place : places_of(options)) {
        if (!on_same_file_system(place.path, data)) continue;
        const auto& kind = place.kind->name;
        out.push_back(
            place.option->form == SlotOption::Form::new_folder
                ? fmt::format(
                      "the {} in {} are on the same file system as the data: hand each to another "
                      "person",
                      kind,
                      place.path.string()
                  )
                : fmt::format(
                      "the {} {} is on the same file system as the data: whoever takes the disk "
                      "has "
                      "both",
                      kind,
                      place.path.string()
                  )
        );
    }
    return out;
}

}  // namespace rookery::cli
