// Random aggregations of random rows, in $apply and in FetchXML, compared with each other and with a second account of
// what an aggregation is: rows in a list, one loop for each number.
#include "aggregate_scene.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <random>
#include <set>

namespace aggregate_oracle_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

/// A row as the test made it.
struct Made {
    std::optional<std::string> name;
    std::optional<std::int64_t> number;
    std::string date;
    bool of_team = false;
};

struct Function {
    std::string apply;
    std::string fetch;
};

const Function functions[] = {
    {"$count as ", "name=\"statecode\" aggregate=\"count\""},
    {"importsequencenumber with sum as ", "name=\"importsequencenumber\" aggregate=\"sum\""},
    {"importsequencenumber with average as ", "name=\"importsequencenumber\" aggregate=\"avg\""},
    {"importsequencenumber with min as ", "name=\"importsequencenumber\" aggregate=\"min\""},
    {"importsequencenumber with max as ", "name=\"importsequencenumber\" aggregate=\"max\""},
    {"msdyn_name with countdistinct as ",
     "name=\"msdyn_name\" aggregate=\"countcolumn\" distinct=\"true\""},
    {"importsequencenumber with countdistinct as ",
     "name=\"importsequencenumber\" aggregate=\"countcolumn\" distinct=\"true\""},
    {"createdon with min as ", "name=\"createdon\" aggregate=\"min\""},
    {"createdon with max as ", "name=\"createdon\" aggregate=\"max\""},
};

/// How the names of this test compare.
std::string folded(const std::string& name) {
    std::string out;
    for (const char c : name) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

template <class T, class Less>
std::optional<T> extreme(const std::vector<std::optional<T>>& values, Less less) {
    std::optional<T> out;
    for (const auto& value : values) {
        if (value && (!out || less(*value, *out))) out = value;
    }
    return out;
}

/// Null for what has no value.
Json computed(std::size_t function, const std::vector<Made>& rows) {
    std::vector<std::optional<std::int64_t>> numbers;
    std::vector<std::optional<std::string>> dates;
    std::set<std::string> names;
    std::set<std::int64_t> unlike;
    std::int64_t sum = 0;
    std::int64_t values = 0;
    for (const auto& row : rows) {
        numbers.push_back(row.number);
        dates.emplace_back(row.date);
        if (row.name) names.insert(folded(*row.name));
        if (!row.number) continue;
        unlike.insert(*row.number);
        sum += *row.number;
        ++values;
    }
    const auto plain = [](const auto& value) { return value ? Json(*value) : Json(); };
    switch (function) {
        case 0:
            return rows.size();
        case 1:
            return values == 0 ? Json() : Json(sum);
        case 2:
            return values == 0 ? Json() : Json(sum / values);
        case 3:
            return plain(extreme(numbers, std::less<>()));
        case 4:
            return plain(extreme(numbers, std::greater<>()));
        case 5:
            return names.size();
        case 6:
            return unlike.size();
        case 7:
            return plain(extreme(dates, std::less<>()));
        default:
            return plain(extreme(dates, std::greater<>()));
    }
}

class Oracle {
 public:
    explicit Oracle(unsigned seed) : random_(seed) {
        const std::vector<std::string> names = {"rook", "Rook", "ROOK ", "crow", "jay", "Jay"};
        const auto rows = pick(30);
        for (std::size_t i = 0; i < rows; ++i) {
            Made made;
            if (pick(5) != 0) made.name = names[pick(names.size())];
            if (pick(4) != 0) made.number = static_cast<std::int64_t>(pick(7)) - 3;
            std::optional<std::string> date;
            if (pick(3) != 0) {
                date = "202" + std::to_string(pick(3)) + "-0" + std::to_string(1 + pick(9)) + "-1" +
                       std::to_string(pick(10)) + "T00:00:00Z";
            }
            made.of_team = pick(2) == 0;
            made.date = date.value_or(to_iso8601(scene_.vault.clock().now()));
            scene_.create(made.name, made.number, date, made.of_team);
            made_.push_back(made);
        }
    }

    void try_one() {
        const bool as_agent = pick(2) == 0;
        const auto caller =
            as_agent ? test::TestVault::caller(scene_.agent) : scene_.vault.vault().system();
        const auto keys = pick(4);  // bits: name, owner
        const bool filtered = pick(3) == 0;
        std::vector<std::size_t> asked;
        const auto count = keys == 0 ? 1 + pick(4) : pick(4);
        for (std::size_t i = 0; i < count; ++i) asked.push_back(pick(std::size(functions)));
        const auto apply = apply_of(keys, filtered, asked);
        const auto fetch = fetch_of(keys, filtered, asked);
        INFO(apply);
        INFO(fetch);
        const auto first =
            scene_.json(caller, AggregateScene::apply(apply))["value"].get<std::vector<Json>>();
        const auto second =
            scene_.json(caller, AggregateScene::fetch(fetch, "aggregate=\"true\""))["value"]
                .get<std::vector<Json>>();
        CHECK(first == second);
        CHECK(sorted(first) == sorted(expected(keys, filtered, as_agent, asked)));
    }

 private:
    std::size_t pick(std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
    }

    static std::vector<Json> sorted(std::vector<Json> groups) {
        std::ranges::sort(groups, {}, [](const Json& group) { return group.dump(); });
        return groups;
    }

    static std::string apply_of(
        std::size_t keys, bool filtered, const std::vector<std::size_t>& asked
    ) {
        std::string aggregates;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (i > 0) aggregates += ",";
            aggregates += functions[asked[i]].apply + "a" + std::to_string(i);
        }
        if (!aggregates.empty()) aggregates = "aggregate(" + aggregates + ")";
        std::string out = filtered ? "filter(msdyn_name ne 'rook')/" : "";
        if (keys == 0) return out + aggregates;
        out += "groupby((";
        if ((keys & 1U) != 0) out += "msdyn_name";
        if (keys == 3) out += ",";
        if ((keys & 2U) != 0) out += "_ownerid_value";
        out += ")";
        if (!aggregates.empty()) out += "," + aggregates;
        return out + ")";
    }

    static std::string fetch_of(
        std::size_t keys, bool filtered, const std::vector<std::size_t>& asked
    ) {
        std::string out;
        if ((keys & 1U) != 0) {
            out += "<attribute name=\"msdyn_name\" alias=\"msdyn_name\" groupby=\"true\"/>";
        }
        if ((keys & 2U) != 0) {
            out += "<attribute name=\"ownerid\" alias=\"_ownerid_value\" groupby=\"true\"/>";
        }
        for (std::size_t i = 0; i < asked.size(); ++i) {
            out += "<attribute alias=\"a" + std::to_string(i) + "\" " + functions[asked[i]].fetch +
                   "/>";
        }
        if (filtered) {
            out +=
                "<filter><condition attribute=\"msdyn_name\" operator=\"ne\" "
                "value=\"rook\"/></filter>";
        }
        return out;
    }

    [[nodiscard]] std::vector<Json> expected(
        std::size_t keys, bool filtered, bool as_agent, const std::vector<std::size_t>& asked
    ) {
        std::map<std::string, std::vector<Made>> groups;
        if (keys == 0) groups[""];
        for (const auto& row : made_) {
            if (as_agent && !row.of_team) continue;
            if (filtered && (!row.name || folded(*row.name) == "rook")) continue;
            std::string key;
            if ((keys & 1U) != 0) key += row.name ? "1" + folded(*row.name) : "0";
            if ((keys & 2U) != 0) key += row.of_team ? "|t" : "|s";
            groups[key].push_back(row);
        }
        std::vector<Json> out;
        for (const auto& [key, rows] : groups) {
            auto group = Json::object();
            if ((keys & 1U) != 0) {
                std::vector<std::optional<std::string>> spellings;
                for (const auto& row : rows) spellings.push_back(row.name);
                if (const auto name = extreme(spellings, std::less<>()))
                    group["msdyn_name"] = *name;
            }
            if ((keys & 2U) != 0) {
                group["_ownerid_value"] = to_string(
                    rows.front().of_team ? scene_.team : scene_.vault.vault().system().user
                );
            }
            for (std::size_t i = 0; i < asked.size(); ++i) {
                auto value = computed(asked[i], rows);
                if (!value.is_null()) group["a" + std::to_string(i)] = std::move(value);
            }
            out.push_back(std::move(group));
        }
        return out;
    }

    std::mt19937 random_;
    AggregateScene scene_;
    std::vector<Made> made_;
};

}  // namespace

TEST_CASE(
    "random aggregations are what a loop over the rows makes of them, in both languages",
    "[odata][aggregate]"
) {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        INFO("seed " << seed);
        Oracle oracle(seed);
        for (int tries = 0; tries < 40; ++tries) oracle.try_one();
    }
}

}  // namespace aggregate_oracle_test
