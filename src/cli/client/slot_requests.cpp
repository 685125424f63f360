#include "cli/client/slot_requests.hpp"

#include "base/secret_json.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "crypto/slot_kind.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <thread>
#include <utility>

namespace rookery::cli {
namespace {

using messages::KnownSlot;

constexpr std::chrono::milliseconds next_turn_of_slots{1'100};  // one attempt a second is taken
constexpr int slot_turns_max = 30;
constexpr std::size_t body_bytes = 16'384;  // of the largest: no growth leaves a copy behind

Result<KnownSlot> known_slot(
    const std::string& kind, const std::string& label, const std::string& details,
    const std::string& created, std::uint64_t id, std::uint64_t generation, bool opened
) {
    const auto made = parse_iso8601(created);
    if (kind.empty() || !made || id == 0 || id > UINT16_MAX || generation > UINT32_MAX) {
        return fail(Errc::bad_payload, "the server's answer does not say which slot it is about");
    }
    return KnownSlot{
        static_cast<std::uint16_t>(id),
        kind,
        label,
        details,
        *made,
        static_cast<std::uint32_t>(generation),
        opened};
}

Result<KnownSlot> slot_in(const nlohmann::json& slot) {
    return known_slot(
        text_member(slot, "Kind"),
        text_member(slot, "Label"),
        text_member(slot, "Details"),
        text_member(slot, "CreatedOn"),
        number_member(slot, "SlotId").value_or(0),
        number_member(slot, "RootGeneration").value_or(0),
        flag_member(slot, "Opened")
    );
}

Result<std::string> text_in(std::string_view document, std::string_view name) {
    ROOKERY_TRY(const auto text, secret_member(document, name));
    return text.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
}

/// Beside shares, which a document of nlohmann's would leave behind.
Result<SlotAnswer> answer_in(std::string_view document) {
    ROOKERY_TRY(const auto kind, text_in(document, "Kind"));
    ROOKERY_TRY(const auto label, text_in(document, "Label"));
    ROOKERY_TRY(const auto details, text_in(document, "Details"));
    ROOKERY_TRY(const auto created, text_in(document, "CreatedOn"));
    ROOKERY_TRY(const auto id, rookery::number_member(document, "SlotId"));
    ROOKERY_TRY(const auto generation, rookery::number_member(document, "RootGeneration"));
    ROOKERY_TRY(const auto epoch, rookery::number_member(document, "KeyringEpoch"));
    ROOKERY_TRY(const auto opened, boolean_member(document, "Opened"));
    SlotAnswer out;
    ROOKERY_TRY(
        out.slot,
        known_slot(
            kind,
            label,
            details,
            created,
            static_cast<std::uint64_t>(id),
            static_cast<std::uint64_t>(generation),
            opened
        )
    );
    out.keyring_epoch = static_cast<std::uint64_t>(epoch);
    auto shares = secret_list_member(document, "Shares", crypto::SlotOption::secrets_max);
    if (shares) out.shares = std::move(*shares);
    return out;
}

void append_secret(WipedBuffer& out, const SecretBytes& secret) {
    secret.expose([&](ByteView bytes) { append_json_string(out, text_of(bytes)); });
}

void append_name(WipedBuffer& out, std::string_view name) {
    if (out.back() != '{') append_text(out, ",");
    append_json_string(out, name);
    append_text(out, ":");
}

/// Several errors share the code that the server gives a way that opens nothing.
bool is_denied(Errc code) {
    return info(code).dataverse_code == info(Errc::access_denied).dataverse_code;
}

}  // namespace

Result<std::vector<KnownSlot>> slots_of(ApiClient& client) {
    ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveRootKeySlots()"));
    ROOKERY_TRY(const auto document, object_of(reply));
    std::vector<KnownSlot> out;
    for (const auto& one : list_member(document, "Slots")) {
        ROOKERY_TRY(auto slot, slot_in(one));
        out.push_back(std::move(slot));
    }
    return out;
}

Result<SlotAnswer> ask_about_slots(
    ApiClient& client, std::string_view action, const WipedBuffer& body
) {
    for (int turn = 1;; ++turn) {
        const auto reply = client.request("POST", action, body);
        if (reply) return answer_in(reply->text());
        auto error = reply.error();
        // What was brought is wrong, and not who brought it: that is another error.
        if (is_denied(error.code)) error.code = Errc::wrong_secret;
        if (error.code != Errc::rate_limited || turn >= slot_turns_max) {
            return fail(std::move(error));
        }
        std::this_thread::sleep_for(next_turn_of_slots);
    }
}

WipedBuffer body_opening_with(const crypto::BroughtWay& way) {
    WipedBuffer out;
    out.reserve(body_bytes);
    append_text(out, "{\"Opens\":");
    append_way(out, way);
    return out;
}

void append_way(WipedBuffer& out, const crypto::BroughtWay& way) {
    append_text(out, "{");
    for (const auto& [kind, brought] : way.parts) {
        const auto& members = kind->members;
        if (!brought.secrets.empty()) {
            append_name(out, members.secret);
            if (members.form == crypto::SlotMembers::Form::texts) {
                append_text(out, "[");
                for (const auto& secret : brought.secrets) {
                    if (out.back() != '[') append_text(out, ",");
                    append_secret(out, secret);
                }
                append_text(out, "]");
            } else {
                append_secret(out, brought.secrets.front());
            }
        }
        if (!brought.word.empty()) {
            append_name(out, members.word);
            append_json_string(out, brought.word);
        }
    }
    append_text(out, "}");
}

}  // namespace rookery::cli
