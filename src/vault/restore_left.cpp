#include "vault/restore_left.hpp"

#include "audit/log_reader.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::string_view left_extra = "left";
constexpr std::string_view left_keks_extra = "left-keks";
constexpr std::string_view left_slots_extra = "left-slots";
constexpr std::size_t left_text_max = 1500;
/// Of a restore, from the hand-over to its own: mostly one for each credential that it ended.
constexpr std::uint64_t restore_entries_max = 100'000;

template <class T>
const T* left_in(const audit::Event& event, std::string_view name) {
    const auto found =
        std::ranges::find_if(event.extras, [&](const auto& one) { return one.first == name; });
    return found == event.extras.end() ? nullptr : std::get_if<T>(&found->second);
}

std::set<std::uint32_t> parse_keks(std::string_view text) {
    std::set<std::uint32_t> out;
    while (!text.empty()) {
        std::uint32_t number = 0;
        const auto* const end = text.data() + text.size();
        const auto [next, error] = std::from_chars(text.data(), end, number);
        if (error != std::errc{}) break;
        out.insert(number);
        text.remove_prefix(static_cast<std::size_t>(next - text.data()));
        if (!text.empty()) text.remove_prefix(1);
    }
    return out;
}

bool is_there_yet(const crypto::Keyring& keyring, std::uint32_t kek) {
    const auto* key = keyring.entry(crypto::Purpose::record_kek, kek);
    return key != nullptr && key->state != crypto::KeyState::destroyed;
}

std::optional<std::string> warning_of(const audit::Event& event, const crypto::Keyring& keyring) {
    const auto* text = left_in<std::string>(event, left_extra);
    if (text == nullptr) return std::nullopt;
    const auto* keks = left_in<std::string>(event, left_keks_extra);
    const auto* slots = left_in<std::uint64_t>(event, left_slots_extra);
    const bool keys_left = keks != nullptr && std::ranges::any_of(parse_keks(*keks), [&](auto kek) {
                               return is_there_yet(keyring, kek);
                           });
    const bool slots_left = slots != nullptr && *slots == keyring.slot_set();
    if (!keys_left && !slots_left) return std::nullopt;
    return "the restore of " + to_iso8601(std::chrono::floor<std::chrono::seconds>(event.time)) +
           " left something to do: " + *text;
}

}  // namespace

void add_left(audit::Event& event, const RestoreLeft& left) {
    std::string text;
    for (const auto& one : left.sentences) {
        if (text.size() + one.size() > left_text_max) break;
        text += (text.empty() ? "" : "; ") + one;
    }
    if (!text.empty()) event.extras.emplace_back(left_extra, std::move(text));
    std::string keks;
    for (const auto kek : left.keks) keks += (keks.empty() ? "" : " ") + std::to_string(kek);
    if (!keks.empty()) event.extras.emplace_back(left_keks_extra, std::move(keks));
    if (left.slot_set) event.extras.emplace_back(left_slots_extra, *left.slot_set);
}

Result<std::optional<std::string>> restore_warning(
    const std::shared_ptr<const storage::StoreView>& store, const crypto::DetailSealer& details,
    const audit::Handovers& handovers, const crypto::Keyring& keyring
) {
    if (handovers.all().empty()) return std::optional<std::string>{};
    ROOKERY_TRY(const auto log, audit::LogReader::open(store, &details));
    const auto from = handovers.all().back().size;
    const auto end = std::min(log.size(), from + restore_entries_max);
    for (auto index = from; index < end; ++index) {
        const auto entry = log.read(index, audit::Sections::core);
        // Damage is for verify to find; a warning is not worth an opening.
        if (!entry) continue;
        if (entry->event.action != audit::Action::restore) continue;
        return warning_of(entry->event, keyring);
    }
    return std::optional<std::string>{};
}

}  // namespace rookery::messages
