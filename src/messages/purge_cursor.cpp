#include "messages/purge_cursor.hpp"

#include "base/cursor_words.hpp"
#include "rules/purge_words.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::string_view nothing_word = "-";
constexpr std::string_view everything_word = "*";
constexpr std::size_t families = 4;

template <class Values, class Word>
std::string joined_words(const Values& values, Word word) {
    std::string out;
    for (const auto& value : values) {
        if (!out.empty()) out += ',';
        out += word(value);
    }
    return out.empty() ? std::string(nothing_word) : out;
}

/// False: a word that is none.
template <class Take>
bool each_word(std::string_view list, Take take) {
    if (list == nothing_word) return true;
    return std::ranges::all_of(split(list, ','), take);
}

bool take_key(PurgeCursor& out, std::string_view word) {
    if (word.empty()) return false;
    const auto family = number_of(word.substr(0, 1));
    auto key = key_of(word.substr(1));
    if (!family || *family >= families || !key || key->empty()) return false;
    out.keys.emplace_back(static_cast<storage::Family>(*family), std::move(*key));
    return true;
}

}  // namespace

std::string to_text(const PurgeCursor& cursor) {
    const auto keys = joined_words(cursor.keys, [](const auto& one) {
        return std::to_string(static_cast<unsigned>(one.first)) + key_word(one.second);
    });
    return std::string(purge_phases[static_cast<std::size_t>(cursor.phase)]) + " " + cursor.table +
           " " + to_string(cursor.record) + " " + to_text(cursor.people) + " " +
           joined_words(cursor.keks, [](std::uint32_t kek) { return std::to_string(kek); }) + " " +
           std::to_string(cursor.mark) + " " +
           (cursor.everything ? std::string(everything_word) : keys) + " " +
           std::to_string(to_ms(cursor.said));
}

Result<PurgeCursor> parse_purge_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 7 && words.size() != 8) return bad_cursor();
    const auto phase = std::ranges::find(purge_phases, words[0]);
    const auto record = Uuid::parse(words[2]);
    const auto mark = number_of(words[5]);
    if (phase == std::end(purge_phases) || words[1].empty() || !record || !mark) {
        return bad_cursor();
    }
    PurgeCursor out;
    out.phase = static_cast<PurgePhase>(phase - std::begin(purge_phases));
    out.table = words[1];
    out.record = *record;
    out.mark = *mark;
    auto people = parse_requesters(words[3]);
    if (!people || (out.phase == PurgePhase::request && people->size() != 1)) return bad_cursor();
    out.people = std::move(*people);
    if (words.size() == 8) {
        const auto said = number_of(words[7]);
        if (!said || *said > INT64_MAX) return bad_cursor();
        out.said = from_ms(*said);
    }
    const bool keks = each_word(words[4], [&](std::string_view word) {
        const auto kek = number_of(word);
        if (!kek || *kek == 0 || *kek > UINT32_MAX) return false;
        out.keks.push_back(static_cast<std::uint32_t>(*kek));
        return true;
    });
    out.everything = words[6] == everything_word;
    const bool keys = out.everything || each_word(words[6], [&](std::string_view word) {
                          return take_key(out, word);
                      });
    if (!keks || !keys) return bad_cursor();
    return out;
}

}  // namespace rookery::messages
